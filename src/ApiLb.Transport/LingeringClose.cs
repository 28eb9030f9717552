namespace ApiLb.Transport;

/// <summary>
/// Closes a socket whose peer may still be sending: the kernel would answer that with a reset, and a reset takes away from the peer what it has
/// not read yet (RFC 9112, 9.6). So FIN first, and what comes is thrown away until the peer has finished or the time is over.
/// </summary>
internal sealed class LingeringClose : WheelTimer, IReadyHandler, IReactorWork
{
    /// <summary>On one reactor at once: nobody counts these descriptors as connections any more, and a flood must not use up the others'.</summary>
    public const int Most = 256;

    /// <summary>Enough for an answer to cross the world.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>For the last few KiB to a peer that is slow to read.</summary>
    private static readonly TimeSpan SendPatience = TimeSpan.FromSeconds(5);

    private readonly ReactorSocket _socket;
    private Memory<byte> _rest;
    private RoundTurns _turns;
    private bool _hasBegun;
    private bool _hasFinished;

    private LingeringClose(ReactorSocket socket, byte[]? rest)
    {
        _socket = socket;
        _rest = rest;
    }

    /// <summary>Closes it so that the peer gets all that was sent. Any thread.</summary>
    /// <param name="socket">Nobody else may use it any more. <see cref="ReactorSocket.WatchesWrites"/> is on.</param>
    /// <param name="rest">Sent before; null: nothing.</param>
    public static void Begin(ReactorSocket socket, byte[]? rest) => socket.Reactor.Post(new LingeringClose(socket, rest));

    /// <summary>Closes it at once, unless something is left to be sent. Any thread.</summary>
    /// <inheritdoc cref="Begin"/>
    public static void CloseAfter(ReactorSocket socket, byte[]? rest)
    {
        if (rest is null)
        {
            socket.Close();
        }
        else
        {
            Begin(socket, rest);
        }
    }

    public void OnReady(ReactorSocket ready) => GoOn();

    void IReactorWork.Run()
    {
        if (_socket.IsClosed)
        {
            return;
        }

        if (!_hasBegun)
        {
            _hasBegun = true;
            _socket.Handler = this;
            _socket.Reactor.Lingering++;
            _socket.Reactor.Arm(this, SendPatience);
        }

        GoOn();
        if (_socket.Reactor.Lingering > Most)
        {
            End();
        }
    }

    internal override void OnTimeout() => End();

    private void GoOn()
    {
        if (TrySend())
        {
            Discard();
        }
    }

    /// <summary>Sends what is left, and FIN.</summary>
    /// <returns>False: the peer must read first. An error counts as sent: what reads after it finds the end.</returns>
    private unsafe bool TrySend()
    {
        while (!_rest.IsEmpty)
        {
            int sent;
            fixed (byte* p = _rest.Span)
            {
                sent = Native.Send(_socket.Fd, p, _rest.Length);
            }

            if (sent == -Errno.Again)
            {
                return false;
            }

            _rest = sent < 0 ? default : _rest[sent..];
        }

        if (!_hasFinished)
        {
            _hasFinished = true;
            _ = Native.Shutdown(_socket.Fd, Native.ShutWrite);
            _socket.Reactor.Arm(this, Patience);
        }

        return true;
    }

    private unsafe void Discard()
    {
        int length;
        do
        {
            if (!_turns.TryTake(_socket.Reactor, this))
            {
                return;
            }

            length = Native.Receive(_socket.Fd, _socket.Reactor.Buffer, Reactor.BufferSize, 0);
        }
        while (length > 0);

        if (length != -Errno.Again)
        {
            End();
        }
    }

    private void End()
    {
        if (_socket.IsClosed)
        {
            return;
        }

        _socket.Reactor.Lingering--;
        _socket.Reactor.Cancel(this);
        _socket.Close();
    }
}
