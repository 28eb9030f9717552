using System.Threading.Tasks.Sources;

namespace ApiLb.Transport;

/// <summary>Waits until a client has sent more than is known, and copies it without taking it out of the kernel's queue.</summary>
internal sealed class Peek : WheelTimer, IConnectionOperation, IReactorWork, IValueTaskSource<PeekResult>
{
    private readonly ReactorSocket _socket;
    private readonly Memory<byte> _buffer;
    private readonly int _known;
    private ManualResetValueTaskSourceCore<PeekResult> _source;
    private int _isOver;

    private Peek(ReactorSocket socket, Memory<byte> buffer, int known)
    {
        _socket = socket;
        _buffer = buffer;
        _known = known;
    }

    /// <summary>What is there without waiting; null when nothing more is there yet.</summary>
    public static unsafe PeekResult? TryNow(ReactorSocket socket, Memory<byte> buffer, int known)
    {
        int length;
        fixed (byte* p = buffer.Span)
        {
            length = Native.Receive(socket.Fd, p, buffer.Length, Native.MsgPeek);
        }

        return length switch
        {
            _ when length > known => new PeekResult(PeekStatus.Data, length),
            0 => new PeekResult(PeekStatus.EndOfStream, 0),
            -Errno.Again => null,
            < 0 => new PeekResult(PeekStatus.Reset, known),
            _ when socket.HasFailed => new PeekResult(PeekStatus.Reset, length),
            _ when socket.HasPeerFinished => new PeekResult(PeekStatus.EndOfStream, length),
            _ => null,
        };
    }

    public static Peek Start(ReactorSocket socket, Memory<byte> buffer, int known, TimeSpan timeout)
    {
        var peek = new Peek(socket, buffer, known);
        socket.Handler = peek;
        socket.Reactor.Arm(peek, timeout);
        if (!socket.IsRegistered)
        {
            // The edge of what is already there comes with the registration, so nothing is missed.
            if (socket.Register() < 0)
            {
                peek.End(new PeekResult(PeekStatus.Aborted, known));
            }
        }
        else if (!socket.Reactor.IsCurrentThread)
        {
            // The edge may have come just before the handler was set, and told nobody.
            socket.Reactor.Post(peek);
        }

        return peek;
    }

    public ValueTask<PeekResult> AsValueTask() => new(this, _source.Version);

    public void OnReady(ReactorSocket socket)
    {
        if (Volatile.Read(ref _isOver) == 0 && TryNow(socket, _buffer, _known) is { } result)
        {
            End(result);
        }
    }

    public void Run() => OnReady(_socket);

    internal override void OnTimeout() => End(new PeekResult(PeekStatus.TimedOut, _known));

    public void Abort() => End(new PeekResult(PeekStatus.Aborted, _known));

    PeekResult IValueTaskSource<PeekResult>.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<PeekResult>.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource<PeekResult>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void End(PeekResult result)
    {
        if (Interlocked.Exchange(ref _isOver, 1) == 0)
        {
            _socket.Reactor.Cancel(this);
            _socket.Handler = null;
            _source.SetResult(result);
        }
    }
}
