using ApiLb.Health;
using Microsoft.Extensions.Logging;

namespace ApiLb.Backends;

/// <summary>
/// Logs what becomes of a pool's backends: one warning for each that goes out of use. Not at once when it is red because of etcd: without
/// quorum they all are, and then the pool's alarm has said it. Thread-safe.
/// </summary>
/// <param name="current">The pool's snapshot when it is asked for.</param>
/// <param name="time">The clock of the patience.</param>
/// <param name="logger">The pool's.</param>
internal sealed partial class TransitionLog(Func<PoolSnapshot> current, TimeProvider time, ILogger logger)
{
    /// <summary>How much later the last apiserver may turn red than the first: etcd's election timeout and a few checks.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<Backend, ITimer> _redBecauseOfEtcd = [];

    /// <param name="backend">Whose status flipped.</param>
    /// <param name="flip">From what to what.</param>
    /// <param name="snapshot">The pool since then.</param>
    public void Tell(Backend backend, HealthTransition flip, PoolSnapshot snapshot)
    {
        var (from, to) = flip;
        var isEtcd = to is { Status: HealthStatus.NotReady, Cause: HealthCause.EtcdUnready };
        var level = isEtcd || to.Status is HealthStatus.Ready or HealthStatus.Warming or HealthStatus.Draining ? LogLevel.Information : LogLevel.Warning;
        Log.Flipped(logger, level, backend.Pool, backend.Name, from, to.Status, to.Detail, snapshot.ReadyCount, snapshot.Backends.Count);
        lock (_lock)
        {
            if (_redBecauseOfEtcd.Remove(backend, out var earlier))
            {
                earlier.Dispose();
            }

            if (isEtcd)
            {
                _redBecauseOfEtcd.Add(backend, time.CreateTimer(_ => Judge(backend), null, Patience, Timeout.InfiniteTimeSpan));
            }
        }
    }

    /// <summary>The pool's alarm has begun or ended: whoever is still red some time after etcd is back has a reason of its own.</summary>
    public void AlarmChanged()
    {
        lock (_lock)
        {
            foreach (var timer in _redBecauseOfEtcd.Values)
            {
                timer.Change(Patience, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Judge(Backend backend)
    {
        lock (_lock)
        {
            if (!_redBecauseOfEtcd.TryGetValue(backend, out var timer))
            {
                return;
            }

            if (backend is { IsRemoved: false } && (current().Alarm == PoolAlarm.EtcdUnready || backend.Advice == OutsideAdvice.Freeze))
            {
                timer.Change(Patience, Timeout.InfiniteTimeSpan);
                return;
            }

            _redBecauseOfEtcd.Remove(backend);
            timer.Dispose();
        }

        if (!backend.IsRemoved)
        {
            Log.RedAlone(logger, backend.Pool, backend.Name, backend.Health.Current.Detail);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Message = "Pool {Pool}: backend {Backend} {From} -> {To}: {Detail}. {Ready} of {Total} ready.")]
        public static partial void Flipped(
            ILogger logger, LogLevel level, string pool, string backend, HealthStatus from, HealthStatus to, string detail, int ready, int total);

        [LoggerMessage(2, LogLevel.Warning, "Pool {Pool}: backend {Backend} is not ready because of etcd, and others are: look at its etcd member ({Detail}).")]
        public static partial void RedAlone(ILogger logger, string pool, string backend, string detail);
    }
}
