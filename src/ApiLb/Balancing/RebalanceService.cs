using ApiLb.Backends;
using ApiLb.Health;
using Microsoft.Extensions.Logging;

namespace ApiLb.Balancing;

/// <summary>
/// Moves established connections of one pool from its fullest backend, a few quiet ones at a time, by closing them: their
/// clients come back and are placed anew. Begins when the pool has been uneven for long, when a backend has come back, or
/// when the operator asks. Run once; whoever runs it awaits it.
/// </summary>
internal sealed partial class RebalanceService(BackendPool pool, TimeProvider time, ILogger<RebalanceService> logger)
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(5);

    private volatile bool _isAsked;
    private volatile bool _hasComeBack;
    private TimeSpan? _unevenSince;
    private bool _isMoving;

    public BackendPool Pool => pool;

    /// <summary>Raised when connections were told to close: how many, and where.</summary>
    public event Action<Backend, int, CloseReason>? Closed;

    public async Task RunAsync(CancellationToken stop)
    {
        pool.Transitioned += OnTransitioned;
        while (!stop.IsCancellationRequested)
        {
            Look();

            // Jittered: two balancers in front of the same backends must not step together.
            await Task.Delay(Step * (0.75 + (Random.Shared.NextDouble() / 2)), time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        pool.Transitioned -= OnTransitioned;
    }

    /// <summary>What the first step would close now; null when the pool is even enough, or may not be touched.</summary>
    public RebalanceStep? Preview() => RebalancePlan.Next(RebalancePlan.LoadsOf(pool.Snapshot), RebalancePlan.Even);

    /// <summary>The operator's word: begin with the next step, however short the pool has been uneven.</summary>
    public void Ask() => _isAsked = true;

    /// <summary>One look at the pool, and at most one step.</summary>
    internal void Look()
    {
        var isAsked = _isAsked;
        var loads = RebalancePlan.LoadsOf(pool.Snapshot);
        var step = RebalancePlan.Next(loads, _isMoving || isAsked ? RebalancePlan.Even : RebalancePlan.Uneven);
        if (step is not { } next)
        {
            End(loads);
            return;
        }

        _unevenSince ??= pool.Now;
        _isMoving = _isMoving || isAsked || (pool.Options.Rebalance.Enabled && (_hasComeBack || pool.Now - _unevenSince >= pool.Options.Rebalance.After));
        if (_isMoving && Take(next) == 0)
        {
            Log.NothingToMove(logger, pool.Name, next.Backend.Name, next.Unevenness);
            End(loads);
        }
    }

    private void End(IReadOnlyList<BackendLoad> loads)
    {
        if (_isMoving && loads.Count > 1)
        {
            Log.Done(logger, pool.Name, string.Join(", ", loads.Select(l => $"{l.Backend.Name} {l.Connections}")));
        }

        _isMoving = _isAsked = false;
        _hasComeBack &= loads.Count == 0;
        _unevenSince = null;
    }

    private int Take(RebalanceStep step)
    {
        var closed = step.Backend.Connections.TakeQuietest(step.Count).Count(c => c.Close(CloseReason.Rebalance));
        if (closed > 0)
        {
            Log.Moved(logger, pool.Name, closed, step.Backend.Name, step.Unevenness);
            Closed?.Invoke(step.Backend, closed, CloseReason.Rebalance);
        }

        return closed;
    }

    private void OnTransitioned(BackendTransition transition)
    {
        if (transition.Transition.To.Status is HealthStatus.Warming or HealthStatus.Ready)
        {
            _hasComeBack = true;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Pool {Pool}: {Count} quiet connections of {Backend} closed to even the backends out (it has {Unevenness:F2} times the mean).")]
        public static partial void Moved(ILogger logger, string pool, int count, string backend, double unevenness);

        [LoggerMessage(2, LogLevel.Information, "Pool {Pool}: the backends are even enough: {Loads}.")]
        public static partial void Done(ILogger logger, string pool, string loads);

        [LoggerMessage(3, LogLevel.Information,
            "Pool {Pool}: {Backend} has {Unevenness:F2} times the mean, but none of its connections may be moved: only those whose ALPN offers h2 are, as exec and port-forward do not.")]
        public static partial void NothingToMove(ILogger logger, string pool, string backend, double unevenness);
    }
}
