using ApiLb.Backends;
using ApiLb.Health;

namespace ApiLb.Discovery;

/// <summary>
/// How long the loop of one source waits before it looks again. A wait after a failure ends when a member of the pool becomes ready:
/// who could not be asked a moment ago can be asked now. One caller at a time; disposed after the loop has ended.
/// </summary>
internal sealed class SourceWaits : IDisposable
{
    /// <summary>So soon an observation that is not believed is made again; three of them span what an apiserver needs to restart.</summary>
    private static readonly TimeSpan BeforeBelieving = TimeSpan.FromSeconds(10);

    /// <summary>A kubeconfig that is missing comes from people, who then wait for it to be seen; reading a file costs nothing.</summary>
    private static readonly TimeSpan BetweenReadings = TimeSpan.FromSeconds(2);

    private readonly BackendPool _pool;
    private readonly Backoff _backoff;
    private readonly TimeProvider _time;
    private volatile TaskCompletionSource _bell = NewBell();
    private Task _rungSinceLook = Task.CompletedTask;

    public SourceWaits(BackendPool pool, Backoff backoff, TimeProvider time)
    {
        _pool = pool;
        _backoff = backoff;
        _time = time;
        pool.Transitioned += OnTransitioned;
    }

    /// <summary>A look begins: whoever becomes ready from now on may do so too late for it.</summary>
    public void BeginLook() => _rungSinceLook = _bell.Task;

    /// <summary>The source was asked and waited for without a failure: the next one is a first one.</summary>
    public void Succeeded() => _backoff.Reset();

    public Task AfterDoubtAsync(CancellationToken stop) => Task.Delay(BeforeBelieving, _time, stop);

    public async Task AfterFailureAsync(DiscoveryResult failure, CancellationToken stop)
    {
        var wait = failure == DiscoveryResult.FailedConfiguration ? BetweenReadings : _backoff.Next();
        await _rungSinceLook.WaitAsync(wait, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_rungSinceLook.IsCompleted)
        {
            _backoff.Reset();
        }
    }

    public void Dispose() => _pool.Transitioned -= OnTransitioned;

    private void OnTransitioned(BackendTransition transition)
    {
        if (transition.Transition is { From: not HealthStatus.Suspect, To.Status: HealthStatus.Ready or HealthStatus.Warming })
        {
            Interlocked.Exchange(ref _bell, NewBell()).TrySetResult();
        }
    }

    private static TaskCompletionSource NewBell() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
