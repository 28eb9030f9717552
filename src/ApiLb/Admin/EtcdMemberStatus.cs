namespace ApiLb.Admin;

/// <summary>One member in <see cref="EtcdStatus"/>. What is null is not known.</summary>
internal sealed record EtcdMemberStatus
{
    public required string Name { get; init; }

    /// <summary><c>up</c>, <c>down</c>, <c>unreadable</c> or <c>unknown</c>.</summary>
    public required string Status { get; init; }

    public required double SinceSeconds { get; init; }

    /// <summary>Why, in one word of the metrics' causes.</summary>
    public required string Cause { get; init; }

    /// <summary>Why, for people; empty: nothing is wrong.</summary>
    public required string Detail { get; init; }

    public required bool Leader { get; init; }

    public required bool Learner { get; init; }

    public bool? Healthy { get; init; }

    public string? Version { get; init; }

    public long? RaftTerm { get; init; }

    public long? RaftIndex { get; init; }

    public long? RaftAppliedIndex { get; init; }

    public long? RaftLag { get; init; }

    public long? DbSize { get; init; }

    public long? DbSizeInUse { get; init; }

    public long? Quota { get; init; }
}
