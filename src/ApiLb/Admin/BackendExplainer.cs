using ApiLb.Backends;
using ApiLb.Health;
using ApiLb.Telemetry;

namespace ApiLb.Admin;

/// <summary>Tells why backends are as they are. Thread-safe.</summary>
internal sealed class BackendExplainer(AdminSources sources, StatusReader status)
{
    /// <param name="name"><c>BACKEND</c>, or <c>POOL/BACKEND</c> where several pools have one of that name.</param>
    /// <returns>All that fit: nobody, one, or several of different pools.</returns>
    public IReadOnlyList<BackendExplanation> Explain(string name) =>
        [.. sources.Pools.SelectMany(
            pool => pool.Snapshot.Backends.Where(b => name == b.Name || name == b.ToString()),
            Explain)];

    /// <summary>Every backend there is, for the message that nobody fits.</summary>
    public IReadOnlyList<string> Names() => [.. sources.Pools.SelectMany(p => p.Snapshot.Backends).Select(b => b.ToString())];

    /// <summary>Everything that happened lately, the oldest first.</summary>
    public IReadOnlyList<EventStatus> Events() => [.. sources.Events.Events.Select(Read)];

    private BackendExplanation Explain(BackendPool pool, Backend backend) => new(
        pool.Name,
        status.Read(pool, backend),
        NewConnections(pool.Snapshot, backend),
        [.. sources.Events.ProbesOf(backend).Select(p => StatusReader.Read(p, pool.Now))],
        [.. sources.Events.Events.Where(e => e.Pool == pool.Name && (e.Backend is null || e.Backend == backend.Name)).Select(Read)],
        Enum.GetValues<CloseReason>().Where(r => backend.Counters.Closes(r) > 0).ToDictionary(EnumLabel.Snake, backend.Counters.Closes));

    private static EventStatus Read(DaemonEvent happened) =>
        new(happened.At, happened.Pool, happened.Backend, EnumLabel.Snake(happened.Kind), happened.Text);

    private static string NewConnections(PoolSnapshot snapshot, Backend backend)
    {
        var tier = PoolSnapshot.TierOf(backend);
        var first = snapshot.Tiers.Length > 0 ? PoolSnapshot.TierOf(snapshot.Tiers[0][0]) : BackendTier.Excluded;
        return tier switch
        {
            BackendTier.Excluded when backend.Mode != OperatorMode.Ready => $"none: the operator said {EnumLabel.Snake(backend.Mode)}",
            BackendTier.Excluded when backend.Options.Weight == 0 => "none: its weight is 0",
            BackendTier.Excluded when backend.EndPoint is null => "none: its name has no address yet",
            BackendTier.Excluded => "none: it joined lately and no check has passed yet",
            _ when tier == first && tier == BackendTier.Ready => backend.Health.Current.Status == HealthStatus.Warming
                ? "a growing share: it was dead and is warming up"
                : "yes, with the other ready backends",
            _ when tier == first => "yes, because no better backend is left",
            BackendTier.Backup => "only when no primary backend is ready: it is a backup",
            BackendTier.Doubtful => "only when every ready backend has failed the client: it is under suspicion until a check has spoken",
            BackendTier.LastResort => "only when every better backend has failed the client: it is alive but not ready",
            _ => "none, unless nobody is alive: it is dead",
        };
    }
}
