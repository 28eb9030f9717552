using ApiLb.Backends;
using ApiLb.Health;

namespace ApiLb.Admin;

/// <summary>Observes the pools once a second and answers <c>/lb/readyz</c>. Thread-safe.</summary>
internal sealed class ReadinessService(IReadOnlyList<BackendPool> pools, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly LoadBalancerReadiness _readiness = new();

    /// <summary>Whether to send clients here, and why not.</summary>
    public (bool IsReady, string Reason) Current
    {
        get
        {
            lock (_lock)
            {
                if (_readiness.IsStarting)
                {
                    // Green at once with the first ready backend, not up to a second later.
                    _readiness.Observe(IsUsable(pools));
                }

                return (_readiness.IsReady, _readiness.Reason);
            }
        }
    }

    /// <summary>A connection made now would reach somebody: ready, or alive in a pool that fails open.</summary>
    public static bool IsUsable(IReadOnlyList<BackendPool> pools) => pools.Any(p => p.Snapshot.Backends.Any(IsUsable));

    public void BeginShutdown()
    {
        lock (_lock)
        {
            _readiness.BeginShutdown();
        }
    }

    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            lock (_lock)
            {
                _readiness.Observe(IsUsable(pools));
            }

            await Task.Delay(Interval, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static bool IsUsable(Backend backend) =>
        PoolSnapshot.TierOf(backend) is not (BackendTier.Excluded or BackendTier.Dead)
        && backend.Health.Current.Status != HealthStatus.Unknown;
}
