namespace ApiLb.Etcd;

/// <summary>
/// Counts votes: who has one, who is there, and whether that is enough. Learners have none, whatever they see.
/// </summary>
internal sealed class EtcdVoters
{
    private readonly IReadOnlyList<EtcdMemberState> _watched;
    private readonly IReadOnlyList<EtcdMemberEntry>? _list;

    public EtcdVoters(IReadOnlyList<EtcdMemberState> members)
    {
        // A member that fell behind has an old list: the one that is furthest in the log knows best.
        _list = members.Where(m => m.Reading?.Members is not null)
            .OrderByDescending(m => m.Reading!.RaftTerm ?? 0).ThenByDescending(m => m.Reading!.RaftIndex ?? 0)
            .FirstOrDefault()?.Reading!.Members;
        _watched = [.. members.Where(IsVoter).DistinctBy(m => m.Reading is { MemberId: not 0 and var id } ? (id, "") : (0UL, m.Name))];
    }

    /// <summary>Voters of the cluster by etcd's own list, or by the configuration while there is none.</summary>
    public int Total => _list?.Count(m => !m.IsLearner) ?? _watched.Count;

    public int Needed => (Total / 2) + 1;

    public int Up => Math.Min(Total, _watched.Count(m => m.Status == EtcdMemberStatus.Up));

    /// <param name="previous">Before the last check.</param>
    public EtcdQuorum Quorum(EtcdQuorum previous)
    {
        if (_watched.Any(m => m.IsFresh && m.Reading!.HasLeader == true))
        {
            return EtcdQuorum.Held;
        }

        // ApiLb itself may be cut off, or be configured wrongly: then a cluster that it never saw at work is not lost.
        var down = _watched.Count(m => m.Status == EtcdMemberStatus.Down);
        var isMajorityGone = previous != EtcdQuorum.Unknown && Total - down < Needed;
        var isLeaderGone = _watched.Any(m => m.IsFresh && m.ChecksWithoutLeader >= EtcdMemberState.Fall);
        return isMajorityGone || isLeaderGone ? EtcdQuorum.Lost : previous;
    }

    /// <summary>By etcd's list, and by the member's own word while it is not in it. One that was removed has no vote any more.</summary>
    public bool IsVoter(EtcdMemberState member) =>
        member.Reading is not { } reading
        || (EntryOf(reading.MemberId) is { } entry ? !entry.IsLearner : !reading.IsLearner && (_list is null || reading.MemberId == 0));

    /// <summary>The member's name in etcd; null when it is not known.</summary>
    public string? NameOf(ulong id) => EntryOf(id) is { Name: { Length: > 0 } name } ? name : null;

    private EtcdMemberEntry? EntryOf(ulong id) => _list?.FirstOrDefault(m => m.Id == id);
}
