using ApiLb.Health;
using ApiLb.Transport;

namespace ApiLb.Backends;

/// <summary>
/// The backends of a pool and the order in which they may be tried, at one moment. Immutable; a connection takes it once.
/// </summary>
internal sealed class PoolSnapshot
{
    private readonly Backend[][] _tiers;

    public PoolSnapshot(IReadOnlyList<Backend> backends)
    {
        Backends = backends;
        _tiers = BuildTiers(backends);
        ReadyCount = backends.Count(b => TierOf(b) is BackendTier.Ready or BackendTier.Backup);
        IsFailingOpen = ReadyCount == 0 && _tiers.Length > 0;
        Alarm = AlarmOf();
        HasLimits = backends.Any(b => b.Options.MaxConnections is not null);
    }

    /// <summary>All backends, in the order of the configuration.</summary>
    public IReadOnlyList<Backend> Backends { get; }

    /// <summary>
    /// Candidates by falling preference; no tier is empty, no backend stands in two. Dead backends are a tier only when
    /// nobody is alive: a client should fail fast rather than wait for the dead.
    /// </summary>
    public ReadOnlySpan<Backend[]> Tiers => _tiers;

    public int ReadyCount { get; }

    /// <summary>Nobody is ready and connections go to backends that are not.</summary>
    public bool IsFailingOpen { get; }

    /// <summary>Some backend may not have any number of connections.</summary>
    public bool HasLimits { get; }

    /// <summary>The backend that takes new connections on this client's own host; null when there is none.</summary>
    public Backend? ReadyAt(in ClientAddress client)
    {
        if (ReadyCount == 0)
        {
            return null;
        }

        foreach (var backend in _tiers[0])
        {
            if (backend.Target is { } target && target.IsAt(client))
            {
                return backend;
            }
        }

        return null;
    }

    /// <summary>What is wrong with the pool as a whole. Nothing, while nobody was checked yet.</summary>
    public PoolAlarm Alarm { get; }

    public static BackendTier TierOf(Backend backend)
    {
        if (backend.Mode != OperatorMode.Ready || backend.Weight == 0 || backend.EndPoint is null)
        {
            return BackendTier.Excluded;
        }

        return backend.Health.Current.Status switch
        {
            HealthStatus.Ready or HealthStatus.Warming when backend.Advice == OutsideAdvice.Eject => BackendTier.LastResort,
            HealthStatus.Ready or HealthStatus.Warming => backend.Options.IsBackup ? BackendTier.Backup : BackendTier.Ready,
            HealthStatus.Unknown when backend.IsAdded => BackendTier.Excluded,
            HealthStatus.Suspect or HealthStatus.Unknown => BackendTier.Doubtful,
            HealthStatus.NotReady or HealthStatus.Draining => BackendTier.LastResort,
            _ => BackendTier.Dead,
        };
    }

    private PoolAlarm AlarmOf()
    {
        if (ReadyCount > 0)
        {
            return PoolAlarm.None;
        }

        // At the start: somebody who was not checked yet may be ready.
        var tried = _tiers.SelectMany(t => t).Select(b => b.Health.Current).ToList();
        var isStarting = tried.Exists(h => h.Status == HealthStatus.Unknown);
        return isStarting ? PoolAlarm.None
            : tried.Count == 0 ? PoolAlarm.NobodyUsable
            : tried.TrueForAll(h => h.Status == HealthStatus.Dead) ? (tried.TrueForAll(IsHeldBack) ? PoolAlarm.AllSilent : PoolAlarm.NobodyAlive)
            : tried.TrueForAll(h => h.Cause == HealthCause.EtcdUnready) ? PoolAlarm.EtcdUnready
            : PoolAlarm.NobodyReady;
    }

    private static bool IsHeldBack(HealthSnapshot health) => health is { Cause: HealthCause.AllSilent, IsSilent: false };

    private static Backend[][] BuildTiers(IReadOnlyList<Backend> backends)
    {
        var byTier = backends.GroupBy(TierOf).Where(g => g.Key != BackendTier.Excluded).OrderBy(g => g.Key).ToArray();
        var alive = byTier.Where(g => g.Key != BackendTier.Dead).Select(g => g.ToArray()).ToArray();
        return alive.Length > 0 ? alive : [.. byTier.Select(g => g.ToArray())];
    }
}
