namespace ApiLb.Admin;

/// <summary>One backend in <see cref="PoolStatus"/>. Words as in the metrics' labels.</summary>
internal sealed record BackendStatus
{
    public string Pool { get; init; } = "";

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

    /// <summary>Whose word <see cref="Mode"/> is; null while it is <c>ready</c>.</summary>
    public OrderStatus? ModeOrder { get; init; }

    /// <summary>The one that counts: the operator's, or else the configured one.</summary>
    public required int Weight { get; init; }

    /// <summary>As the configuration has it.</summary>
    public int ConfiguredWeight { get; init; } = 1;

    /// <summary>Whose word <see cref="Weight"/> is; null: the configuration's.</summary>
    public OrderStatus? WeightOrder { get; init; }

    public required bool Backup { get; init; }

    public required long Active { get; init; }

    public required long Connections { get; init; }

    public required long ConnectFailures { get; init; }

    public required long Failovers { get; init; }

    public required long BytesToBackend { get; init; }

    public required long BytesToClient { get; init; }

    /// <summary>Connections begun in a second, over the last ten.</summary>
    public double ConnectionsPerSecond { get; init; }

    /// <summary>Bytes relayed to it in a second, over the last ten.</summary>
    public double BytesPerSecondToBackend { get; init; }

    /// <summary>Bytes relayed from it in a second, over the last ten.</summary>
    public double BytesPerSecondToClient { get; init; }

    /// <summary>Half of the last 256 connections had their first byte within it; null before the first.</summary>
    public double? FirstByteP50Seconds { get; init; }

    /// <summary>99 of 100 of them had; null before the first.</summary>
    public double? FirstByteP99Seconds { get; init; }

    /// <summary>Null before the first check.</summary>
    public ProbeStatus? LastProbe { get; init; }

    /// <summary>Null before the first check that learnt anything.</summary>
    public FactsStatus? Facts { get; init; }
}
