namespace ApiLb.Etcd;

/// <summary>What a member said about itself and its cluster in one check. Null means that its source does not tell.</summary>
internal sealed record EtcdReading
{
    /// <summary>0 when unknown.</summary>
    public ulong MemberId { get; init; }

    public string? Version { get; init; }

    /// <summary>Whether it sees a leader, itself included.</summary>
    public bool? HasLeader { get; init; }

    /// <summary>Whom it takes for the leader; 0: nobody, or unknown.</summary>
    public ulong LeaderId { get; init; }

    public bool IsLearner { get; init; }

    public long? RaftTerm { get; init; }

    public long? RaftIndex { get; init; }

    public long? RaftAppliedIndex { get; init; }

    /// <summary>Bytes of the database file.</summary>
    public long? DbSize { get; init; }

    /// <summary>Bytes of it that are in use; the rest comes back by defragmenting.</summary>
    public long? DbSizeInUse { get; init; }

    /// <summary>Bytes at which etcd refuses writes.</summary>
    public long? Quota { get; init; }

    /// <summary>Whether its <c>/readyz</c> or <c>/health</c> is green.</summary>
    public bool? IsHealthy { get; init; }

    /// <summary>Why it is not, or what could not be read, for people; empty: nothing to say.</summary>
    public string Detail { get; init; } = "";

    public IReadOnlyList<EtcdAlarm> Alarms { get; init; } = [];

    /// <summary>The cluster's members as this one knows them; null when its source does not tell.</summary>
    public IReadOnlyList<EtcdMemberEntry>? Members { get; init; }
}
