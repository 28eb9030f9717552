namespace ApiLb.Transport;

/// <summary>
/// Closes a socket whose peer may still be sending: the kernel would answer that with a reset, and a reset takes away from the peer what it has
/// not read yet (RFC 9112, 9.6). So FIN first, and what comes is thrown away until the peer has finished or the time is over.
/// </summary>
internal sealed class LingeringClose(ReactorSocket socket) : WheelTimer, IReadyHandler, IReactorWork
{
    /// <summary>Enough for an answer to cross the world.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private RoundTurns _turns;
    private bool _hasBegun;

    /// <summary>Any thread; nobody else may use the socket any more.</summary>
    public void Begin() => socket.Reactor.Post(this);

    public void OnReady(ReactorSocket ready) => Discard();

    void IReactorWork.Run()
    {
        if (socket.IsClosed)
        {
            return;
        }

        if (!_hasBegun)
        {
            _hasBegun = true;
            socket.Handler = this;
            _ = Native.Shutdown(socket.Fd, Native.ShutWrite);
            socket.Reactor.Arm(this, Patience);
        }

        Discard();
    }

    internal override void OnTimeout() => socket.Close();

    private unsafe void Discard()
    {
        int length;
        do
        {
            if (!_turns.TryTake(socket.Reactor, this))
            {
                return;
            }

            length = Native.Receive(socket.Fd, socket.Reactor.Buffer, Reactor.BufferSize, 0);
        }
        while (length > 0);

        if (length != -Errno.Again)
        {
            socket.Reactor.Cancel(this);
            socket.Close();
        }
    }
}
