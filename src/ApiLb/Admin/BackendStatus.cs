namespace ApiLb.Admin;

/// <summary>One backend in <see cref="PoolStatus"/>. Words as in the metrics' labels.</summary>
internal sealed record BackendStatus
{
    public required string Name { get; init; }

    public required string Address { get; init; }

    /// <summary>What the evidence says: <c>ready</c>, <c>dead</c>, ...</summary>
    public required string Status { get; init; }

    /// <summary>What the operator wants: <c>ready</c>, <c>drain</c>, <c>maint</c>.</summary>
    public required string Mode { get; init; }

    /// <summary>Why it came into this status, from a bounded set.</summary>
    public required string Cause { get; init; }

    /// <summary>Why, for people.</summary>
    public required string Detail { get; init; }

    /// <summary>When it came into this status, by the wall clock.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>How long ago that was; monotonic.</summary>
    public required double SinceSeconds { get; init; }

    public required int Weight { get; init; }

    public required bool Backup { get; init; }

    public required long Active { get; init; }

    public required long Connections { get; init; }

    public required long ConnectFailures { get; init; }

    public required long Failovers { get; init; }

    public required long BytesToBackend { get; init; }

    public required long BytesToClient { get; init; }

    /// <summary>Null before the first check.</summary>
    public ProbeStatus? LastProbe { get; init; }

    /// <summary>Null before the first check that learnt anything.</summary>
    public FactsStatus? Facts { get; init; }
}
