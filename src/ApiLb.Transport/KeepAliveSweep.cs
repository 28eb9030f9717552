namespace ApiLb.Transport;

/// <summary>
/// Gives the dialled sockets of one reactor their keepalive once they have lived for some seconds. Four system calls and a
/// kernel timer for each is a fiftieth of what a connection costs, and most connections are over before they would matter.
/// </summary>
internal sealed class KeepAliveSweep(Reactor reactor, TcpTransportOptions options) : WheelTimer
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    /// <summary>Begins; goes on as long as the reactor does. Any thread.</summary>
    public void Start() => reactor.Arm(this, Period < options.KeepAliveIdle ? Period : options.KeepAliveIdle);

    internal override void OnTimeout()
    {
        for (var slot = 0; slot < reactor.Slots; slot++)
        {
            if (reactor.SocketAt(slot) is { LacksKeepAlive: true, IsClosed: false } socket)
            {
                socket.LacksKeepAlive = false;
                SocketOptions.KeepAlive(socket.Fd, options);
            }
        }

        Start();
    }
}
