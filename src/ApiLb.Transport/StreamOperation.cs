using System.Threading.Tasks.Sources;
using Microsoft.AspNetCore.Connections;

namespace ApiLb.Transport;

/// <summary>
/// One direction of a <see cref="StreamSocket"/>: whether the kernel has something to do for it, and the one read or write that waits for that.
/// The object of one operation serves the next. The stream's lock guards all of it but <see cref="Tell"/>.
/// </summary>
internal abstract class StreamOperation : IValueTaskSource<int>, IValueTaskSource
{
    private static readonly Action<object?, CancellationToken> Cancel = static (operation, token) => ((StreamOperation)operation!).OnCancelled(token);

    private ManualResetValueTaskSourceCore<int> _source;
    private CancellationTokenRegistration _registration;
    private CancellationToken _cancellation;
    private Memory<byte> _rest;
    private Exception? _error;
    private int _result;

    protected StreamOperation(StreamSocket owner) => Owner = owner;

    protected StreamSocket Owner { get; }

    /// <summary>Where its bytes are counted; null: nowhere.</summary>
    protected RelayTotals? Totals { get; private set; }

    /// <summary>Of <see cref="Totals"/>.</summary>
    protected int Shard { get; private set; }

    /// <summary>The kernel has not said "not now" since epoll said that it can.</summary>
    public bool IsReady { get; set; } = true;

    /// <summary>Begun, and not yet ended.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>It has ended with an error, of which <see cref="Tell"/> will tell.</summary>
    public bool HasFailed => _error is not null;

    /// <summary>For what one has failed: there will be no other.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Why none can begin; null: it can.</summary>
    public Exception? Refusal(CancellationToken cancellation) =>
        Failure
        ?? (cancellation.IsCancellationRequested ? new OperationCanceledException(cancellation)
            : IsWaiting ? new InvalidOperationException("One read and one write at a time.") : null);

    public void CountAt(RelayTotals totals, int shard) => (Totals, Shard) = (totals, shard);

    /// <summary>Does it as far as it can be done now.</summary>
    /// <param name="fd">The socket.</param>
    /// <param name="rest">What is to be filled or sent; what is left of it afterwards.</param>
    /// <param name="result">Bytes, or a negated errno.</param>
    /// <returns>False: it must wait.</returns>
    public abstract bool TryRun(int fd, ref Memory<byte> rest, out int result);

    /// <summary>What <see cref="TryRun"/> has come to; null: no failure.</summary>
    public virtual Exception? FailureOf(int result)
    {
        if (result < 0)
        {
            Failure = result is -Errno.ConnectionReset or -Errno.BrokenPipe
                ? new ConnectionResetException("The peer has reset the connection.")
                : new IOException($"The connection is lost: {Dialer.FailureOf(-result)} (errno {-result}).");
        }

        return Failure;
    }

    /// <summary>It must wait. The buffer is used until it has ended.</summary>
    /// <returns>The token of the value task.</returns>
    public short Begin(Memory<byte> rest, CancellationToken cancellation)
    {
        _source.Reset();
        (_rest, _cancellation, IsWaiting) = (rest, cancellation, true);
        _registration = cancellation.CanBeCanceled ? cancellation.UnsafeRegister(Cancel, this) : default;
        return _source.Version;
    }

    /// <summary>Goes on with what waits.</summary>
    /// <returns>False: it must wait on. True: <see cref="End"/> must follow.</returns>
    public bool TryGoOn(int fd, out int result) => TryRun(fd, ref _rest, out result);

    /// <summary>It is over, its buffer is let go, and <see cref="Tell"/> must follow.</summary>
    public void End(int result, Exception? error) => (_result, _error, IsWaiting, _rest, _cancellation) = (result, error, false, default, default);

    /// <summary>As <see cref="End"/>, if it waits.</summary>
    public bool TryEnd(Exception error)
    {
        if (!IsWaiting)
        {
            return false;
        }

        End(0, error);
        return true;
    }

    /// <summary>Continues whoever waits. Outside of the lock, once after each end.</summary>
    /// <param name="isInline">Here and now, instead of on a thread of the pool.</param>
    public void Tell(bool isInline)
    {
        _registration.Unregister();
        _source.RunContinuationsAsynchronously = !isInline;
        if (_error is { } error)
        {
            _source.SetException(error);
        }
        else
        {
            _source.SetResult(_result);
        }
    }

    /// <summary>It waits with this token. One of an earlier operation says nothing about this one.</summary>
    public bool WaitsWith(CancellationToken token) => IsWaiting && _cancellation == token;

    public int GetResult(short token) => _source.GetResult(token);

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void OnCancelled(CancellationToken token) => Owner.Cancel(this, token);
}
