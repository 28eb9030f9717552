namespace ApiLb.Admin;

/// <summary><c>GET /v1/status</c>: the daemon at one moment. Fields are only ever added: scripts read this.</summary>
internal sealed record DaemonStatus(
    string Version,
    int Pid,
    DateTimeOffset StartedAt,
    double UptimeSeconds,
    bool Ready,
    IReadOnlyList<ListenerStatus> Listeners,
    IReadOnlyList<PoolStatus> Pools)
{
    /// <summary>The most client connections at once over all listeners; null: no limit.</summary>
    public int? MaxConnections { get; init; }

    /// <summary>Null when etcd is not watched.</summary>
    public EtcdStatus? Etcd { get; init; }

    /// <summary>Daemons that upgrades have replaced and that still serve connections, the last one first.</summary>
    public IReadOnlyList<PredecessorStatus> Predecessors { get; init; } = [];

    /// <summary>Null in answers of versions that cannot reload.</summary>
    public ConfigurationStatus? Configuration { get; init; }
}
