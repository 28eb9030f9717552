using ApiLb.Backends;

namespace ApiLb.Http;

/// <summary>One request's place in the line of its pool. Disposing leaves the line.</summary>
/// <param name="pool">Whose line.</param>
/// <param name="time">Its clock.</param>
/// <param name="startedAt">Since when the request has looked for a backend, by that clock.</param>
internal sealed class RequestInLine(BackendPool pool, TimeProvider time, long startedAt) : WaitingClient, IDisposable
{
    private volatile TaskCompletionSource? _call;
    private bool _hasJoined;

    /// <summary>Waits until a place may be free.</summary>
    /// <returns>False when the line is full, or the time that a client may wait is over.</returns>
    /// <exception cref="OperationCanceledException">The client has gone.</exception>
    public async ValueTask<bool> WaitAsync(CancellationToken cancellation)
    {
        _hasJoined = _hasJoined || pool.Line.TryJoin(this);
        var patience = pool.Options.Queue.Timeout - time.GetElapsedTime(startedAt);
        if (!_hasJoined || patience <= TimeSpan.Zero)
        {
            return false;
        }

        // It must be there before anybody can call.
        var call = _call = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!pool.Line.TryWait(this))
        {
            return true;
        }

        await call.Task.WaitAsync(patience, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
        return call.Task.IsCompleted;
    }

    public void Dispose()
    {
        if (_hasJoined)
        {
            pool.Line.Leave(this);
        }
    }

    protected internal override void Call() => _call?.TrySetResult();
}
