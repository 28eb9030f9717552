using ApiLb.Backends;
using ApiLb.Health;
using ApiLb.Telemetry;

namespace ApiLb.Admin;

/// <summary>Tells why backends are as they are. Thread-safe.</summary>
internal sealed class BackendExplainer(AdminSources sources, StatusReader status)
{
    /// <summary>Answers <c>GET /v1/explain</c> with all that fit: one, or several of different pools.</summary>
    public AdminAnswer Answer(AdminCall call)
    {
        var name = call.Query.Require("backend");
        var explanations = Explain(name);
        return call.Query.Problem is { } problem ? AdminAnswer.Refused(problem)
            : explanations.Count > 0 ? AdminAnswer.Json(explanations, AdminJsonContext.Default.IReadOnlyListBackendExplanation)
            : BackendFinder.Unknown(name, [.. sources.Pools.SelectMany(p => p.Snapshot.Backends)]);
    }

    /// <summary>Everything that happened lately, the oldest first.</summary>
    public IReadOnlyList<EventStatus> Events() => [.. sources.Events.Events.Select(Read)];

    private IReadOnlyList<BackendExplanation> Explain(string name) =>
        [.. sources.Pools.SelectMany(
            pool => pool.Snapshot.Backends.Where(b => name == b.Name || name == b.ToString()),
            Explain)];

    private BackendExplanation Explain(BackendPool pool, Backend backend) => new(
        pool.Name,
        status.Read(pool, backend),
        NewConnections(pool.Snapshot, backend),
        [.. sources.Events.ProbesOf(backend).Select(p => StatusReader.Read(p, pool.Now))],
        [.. sources.Events.Events.Where(e => e.Pool == pool.Name && (e.Backend is null || e.Backend == backend.Name)).Select(Read)],
        Enum.GetValues<CloseReason>().Where(r => backend.Counters.Closes(r) > 0).ToDictionary(EnumLabel.Snake, backend.Counters.Closes));

    private static EventStatus Read(DaemonEvent happened) =>
        new(happened.Id, happened.At, happened.Pool, happened.Backend, EnumLabel.Snake(happened.Kind), happened.Text);

    private static string NewConnections(PoolSnapshot snapshot, Backend backend)
    {
        var tier = PoolSnapshot.TierOf(backend);
        var first = snapshot.Tiers.Length > 0 ? PoolSnapshot.TierOf(snapshot.Tiers[0][0]) : BackendTier.Excluded;
        return tier switch
        {
            BackendTier.Excluded when backend.Mode != OperatorMode.Ready => $"none: the operator said {EnumLabel.Snake(backend.Mode)}",
            BackendTier.Excluded when backend.Weight == 0 => "none: its weight is 0",
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
