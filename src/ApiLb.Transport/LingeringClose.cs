namespace ApiLb.Transport;

/// <summary>
/// Closes a socket whose peer may still be sending: the kernel would answer that with a reset, and a reset takes away from the peer what it has
/// not read yet (RFC 9112, 9.6). So FIN first, and what comes is thrown away until the peer has finished or the time is over.
/// </summary>
internal sealed class LingeringClose(ReactorSocket socket) : WheelTimer, IReadyHandler, IReactorWork
{
    /// <summary>On one reactor at once: nobody counts these descriptors as connections any more, and a flood must not use up the others'.</summary>
    public const int Most = 256;

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
            _ = Native.Shutdown(socket.Fd, Native.ShutWrite);
            if (socket.Reactor.Lingering >= Most)
            {
                socket.Close();
                return;
            }

            _hasBegun = true;
            socket.Reactor.Lingering++;
            socket.Handler = this;
            socket.Reactor.Arm(this, Patience);
        }

        Discard();
    }

    internal override void OnTimeout() => End();

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
            End();
        }
    }

    private void End()
    {
        if (socket.IsClosed)
        {
            return;
        }

        socket.Reactor.Lingering--;
        socket.Reactor.Cancel(this);
        socket.Close();
    }
}
