using ApiLb.Health;

namespace ApiLb.Etcd;

/// <summary>One member at one moment. Immutable.</summary>
internal sealed record EtcdMemberSnapshot
{
    /// <summary>As configured.</summary>
    public required string Name { get; init; }

    /// <summary>Its host, by which a backend on the same host is recognised.</summary>
    public required string Host { get; init; }

    public required EtcdMemberStatus Status { get; init; }

    /// <summary>Monotonic time since which it has this status.</summary>
    public required TimeSpan Since { get; init; }

    public required HealthCause Cause { get; init; }

    /// <summary>Why it is not up, or what is wrong with it; empty: nothing.</summary>
    public required string Detail { get; init; }

    /// <summary>The leader of its cluster.</summary>
    public required bool IsLeader { get; init; }

    public required bool IsLearner { get; init; }

    /// <summary>etcd has raised <see cref="EtcdAlarmKind.Corrupt"/> about this very member.</summary>
    public required bool IsCorrupt { get; init; }

    /// <summary>Entries that the leader has and this member has not, as far as both were seen; null: unknown.</summary>
    public required long? RaftLag { get; init; }

    /// <summary>The last reading; old when the member is not up, null when there was none.</summary>
    public required EtcdReading? Reading { get; init; }

    public bool IsUp => Status == EtcdMemberStatus.Up;
}
