namespace ApiLb.Transport;

/// <summary>
/// Gives the dialled sockets of one reactor their keepalive once they have lived for some seconds. Four system calls and a
/// kernel timer for each is a fiftieth of what a connection costs, and most connections are over before they would matter.
/// </summary>
/// <remarks>
/// A few sockets at a time: from this call the kernel counts to each probe, and thousands of probes within one tick are more than the queue
/// behind a loopback or veth device takes (net.core.netdev_max_backlog, 1,000). What was dropped is sent again at the same moment, and
/// dropped again: after three times the kernel takes the living peer for gone.
/// </remarks>
internal sealed class KeepAliveSweep(Reactor reactor, TcpTransportOptions options) : WheelTimer
{
    private const int FewestAtOnce = 128;

    /// <summary>A step takes 250 ms, about the grain of the kernel's timers of this length (kernel/time/timer.c).</summary>
    private const int MostSteps = 20;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private int _next;

    /// <summary>Begins; goes on as long as the reactor does. Any thread.</summary>
    public void Start()
    {
        var lap = Period < options.KeepAliveIdle ? Period : options.KeepAliveIdle;
        reactor.Arm(this, lap / Steps(reactor.Slots));
    }

    internal override void OnTimeout()
    {
        var slots = reactor.Slots;
        var steps = Steps(slots);
        for (var end = Math.Min(_next + ((slots + steps - 1) / steps), slots); _next < end; _next++)
        {
            if (reactor.SocketAt(_next) is { LacksKeepAlive: true, IsClosed: false } socket)
            {
                socket.LacksKeepAlive = false;
                SocketOptions.KeepAlive(socket.Fd, options);
            }
        }

        _next = _next < slots ? _next : 0;
        Start();
    }

    private static int Steps(int slots) => Math.Clamp((slots + FewestAtOnce - 1) / FewestAtOnce, 1, MostSteps);
}
