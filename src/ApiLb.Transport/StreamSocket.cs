using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;

namespace ApiLb.Transport;

/// <summary>
/// A socket of a reactor for those who read and write instead of relaying: what is below a <see cref="SocketStream"/>. Any thread, but one read
/// and one write at a time.
/// </summary>
/// <remarks>
/// What can be done at once is done by the caller, small writes of the reactor's thread at the end of its round, and the rest by the reactor, as
/// soon as epoll says that it can. After it has ended, by whatever way, no buffer that was handed to it is touched any more: whoever returns
/// buffers to a pool ends it first.
/// </remarks>
internal sealed class StreamSocket : IConnectionOperation, IPeerWatcher, IReactorWork
{
    private readonly Lock _lock = new();
    private readonly ReactorSocket _socket;
    private readonly StreamRead _read;
    private readonly StreamWrite _write;
    private readonly PeerLeaving _leaving;
    private RoundTurns _turns;
    private Exception? _end;

    /// <param name="socket">Connected, and nobody else's; owned from now on. <see cref="ReactorSocket.WatchesWrites"/> is on.</param>
    public StreamSocket(ReactorSocket socket)
    {
        _socket = socket;
        _leaving = new PeerLeaving(_lock);
        _write = new StreamWrite(this);
        _read = new StreamRead(this, _write) { HasPeerFinished = socket.HasPeerFinished };
        socket.Handler = this;
    }

    /// <summary>
    /// Whoever waited continues on the reactor's thread, at once: for those only who neither block nor compute for long. At first on a thread
    /// of the pool.
    /// </summary>
    public bool ContinuesOnReactor { get; set; }

    /// <summary>Counts its bytes from now on, as the network has them, as those of a backend.</summary>
    public void CountAt(RelayTotals totals)
    {
        lock (_lock)
        {
            _read.CountAt(totals, _socket.Reactor.Index);
            _write.CountAt(totals, _socket.Reactor.Index);
        }
    }

    /// <summary>Has somebody told, once and on a thread of the pool, when the peer has finished or is lost, or this has ended. To be said once.</summary>
    public void WhenPeerLeaves(Action left)
    {
        lock (_lock)
        {
            _leaving.Await(left);
        }

        _socket.Reactor.Post(this); // It may have left already.
    }

    /// <param name="buffer">To fill; empty: only to wait until there are bytes.</param>
    /// <param name="cancellation">Ends the read, and nothing else.</param>
    /// <returns>Bytes; 0: the peer has finished.</returns>
    /// <exception cref="IOException">The connection is lost.</exception>
    /// <exception cref="ObjectDisposedException">It has ended here.</exception>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if ((_end ?? _read.Refusal(cancellation)) is { } refusal)
            {
                return ValueTask.FromException<int>(refusal);
            }

            if (!_turns.TryTake(_socket.Reactor, this) || !_read.TryRun(_socket.Fd, ref buffer, out var result))
            {
                return new ValueTask<int>(_read, _read.Begin(buffer, cancellation));
            }

            var failure = Outcome(_read, result);
            return failure is null && !_read.HasEnded ? new ValueTask<int>(result) : EndLater(buffer, result, failure);
        }
    }

    /// <inheritdoc cref="ReadAsync"/>
    /// <param name="buffer">All of it is sent. A write that is over before it has failed says so to the next one, as with any socket.</param>
    /// <param name="cancellation">Ends the write; what was sent of it cannot be known.</param>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellation)
    {
        var rest = MemoryMarshal.AsMemory(buffer);
        lock (_lock)
        {
            return (_end ?? _write.Refusal(cancellation)) is { } refusal ? ValueTask.FromException(refusal)
                : _write.TryHold(buffer.Span, _socket.Reactor) ? default
                : !_turns.TryTake(_socket.Reactor, this) || !_write.TryRun(_socket.Fd, ref rest, out var result) ? new ValueTask(_write, _write.Begin(rest, cancellation))
                : Outcome(_write, result) is { } failure ? ValueTask.FromException(failure)
                : default;
        }
    }

    /// <summary>Ends it with RST. Any thread.</summary>
    public void Abort() => End(new ConnectionAbortedException(), static (socket, _) => socket.Reset());

    /// <summary>Ends it so that the peer gets all that was written, whatever it still sends. Any thread.</summary>
    /// <returns>Nobody was reading or writing.</returns>
    public bool Finish() => End(new ObjectDisposedException(nameof(SocketStream)), LingeringClose.Begin);

    /// <summary>Ends it, and answers with RST what the peer still sends. Any thread.</summary>
    public void Close() => End(new ObjectDisposedException(nameof(SocketStream)), LingeringClose.CloseAfter);

    /// <summary>The token of a read or a write, which may be over, was cancelled.</summary>
    public void Cancel(StreamOperation operation, CancellationToken token)
    {
        bool isCancelled;
        lock (_lock)
        {
            isCancelled = operation.WaitsWith(token) && operation.TryEnd(new OperationCanceledException(token));
        }

        if (isCancelled)
        {
            operation.Tell(isInline: false);
        }
    }

    void IReadyHandler.OnReady(ReactorSocket socket) => GoOn();

    void IPeerWatcher.OnPeerLost(ReactorSocket socket) => Abort();

    void IReactorWork.Run() => GoOn();

    /// <summary>Does what was waited for, as far as it can be done now. Reactor thread.</summary>
    private void GoOn()
    {
        bool hasRead, hasWritten;
        lock (_lock)
        {
            _read.IsReady |= _socket.CanRead;
            _read.HasPeerFinished |= _socket.HasPeerFinished;
            _write.IsReady |= _socket.CanWrite;
            _socket.CanRead = _socket.CanWrite = false;
            if (_write.Holds && _end is null && _write.TryFlush(_socket.Fd, out var result))
            {
                _ = Outcome(_write, result);
            }

            hasRead = TryComplete(_read);
            hasWritten = TryComplete(_write);
            if (_leaving.IsAwaited && HasPeerLeft())
            {
                _leaving.Tell();
            }
        }

        Tell(hasRead, hasWritten, ContinuesOnReactor);
    }

    private bool TryComplete(StreamOperation operation)
    {
        if (!operation.IsWaiting || !operation.TryGoOn(_socket.Fd, out var result))
        {
            return false;
        }

        operation.End(result, Outcome(operation, result));
        return true;
    }

    private Exception? Outcome(StreamOperation operation, int result)
    {
        if (result < 0 || _read.HasEnded)
        {
            _leaving.Tell();
        }

        return operation.FailureOf(result);
    }

    private ValueTask<int> EndLater(Memory<byte> buffer, int result, Exception? failure)
    {
        ValueTask<int> ending = new(_read, _read.Begin(buffer, CancellationToken.None));
        _read.End(result, failure);
        _leaving.TellAnd(TellReader);
        return ending;
    }

    /// <summary>Nothing is left to read from a peer that has finished, or it has reset.</summary>
    private unsafe bool HasPeerLeft()
    {
        byte next;
        return _socket.HasFailed || (_read.HasPeerFinished && !_socket.IsClosed && Native.Receive(_socket.Fd, &next, 1, Native.MsgPeek) == 0);
    }

    /// <summary>Ends whatever is waited for, and all that may come.</summary>
    /// <param name="error">What they are told.</param>
    /// <param name="close">The socket, and what was written and the kernel has not taken, if nobody has ended it before.</param>
    /// <returns>Nobody was reading or writing.</returns>
    private bool End(Exception error, Action<ReactorSocket, byte[]?> close)
    {
        bool isFirst, reads, writes;
        byte[]? rest;
        lock (_lock)
        {
            isFirst = _end is null;
            rest = isFirst ? _write.TakeHeld(_socket.Fd) : null;
            _end ??= error;
            _leaving.Tell();
            (reads, writes) = (_read.TryEnd(_end), _write.TryEnd(_end));
        }

        Tell(reads, writes, isInline: false);
        if (isFirst)
        {
            close(_socket, rest);
        }

        return !reads && !writes;
    }

    /// <summary>
    /// Who reads learns of the end, whatever it is, after those who wait for the peer's leaving: Kestrel takes an end within a request or a TLS
    /// record, of which it was not told before, for an error of the application.
    /// </summary>
    private void Tell(bool reader, bool writer, bool isInline)
    {
        if (writer)
        {
            _write.Tell(isInline);
        }

        if (reader && (_read.HasFailed || _read.HasEnded))
        {
            lock (_lock)
            {
                _leaving.TellAnd(TellReader);
            }
        }
        else if (reader)
        {
            _read.Tell(isInline);
        }
    }

    private void TellReader() => _read.Tell(isInline: true);
}
