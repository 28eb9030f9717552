namespace ApiLb.Admin;

/// <summary>Why a backend is as it is: <c>/v1/explain</c>.</summary>
/// <param name="Pool">Its pool.</param>
/// <param name="Backend">Its state now.</param>
/// <param name="NewConnections">Whether it gets new connections, and why, in one sentence.</param>
/// <param name="Probes">Its last checks, the oldest first.</param>
/// <param name="Events">What happened to it or to its whole pool, the oldest first.</param>
/// <param name="Closes">Connections that it served and that ended, by reason.</param>
internal sealed record BackendExplanation(
    string Pool,
    BackendStatus Backend,
    string NewConnections,
    IReadOnlyList<ProbeStatus> Probes,
    IReadOnlyList<EventStatus> Events,
    IReadOnlyDictionary<string, long> Closes);
