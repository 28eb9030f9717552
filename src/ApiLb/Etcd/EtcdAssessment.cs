using System.Globalization;

namespace ApiLb.Etcd;

/// <summary>From the states of the members to the snapshot of the cluster. Pure.</summary>
internal static class EtcdAssessment
{
    /// <param name="members">After the last check.</param>
    /// <param name="previous">Whether there was a quorum before it.</param>
    public static EtcdSnapshot Assess(IReadOnlyList<EtcdMemberState> members, EtcdQuorum previous)
    {
        var voters = new EtcdVoters(members);
        var leader = LeaderOf(members);
        var leaderId = leader?.Reading!.LeaderId ?? 0;
        var leaderIndex = members.FirstOrDefault(m => m.IsFresh && leaderId != 0 && m.Reading!.MemberId == leaderId)?.Reading!.RaftIndex;
        var alarms = AlarmsOf(members);
        var facts = new EtcdSnapshot
        {
            Members = [.. members.Select(m => Read(m, leaderId, leaderIndex, alarms, !voters.IsVoter(m)))],
            Quorum = voters.Quorum(previous),
            Voters = voters.Total,
            VotersUp = voters.Up,
            VotersNeeded = voters.Needed,
            LeaderId = leaderId,
            LeaderName = leaderId == 0 ? null : NameOf(leaderId, members, voters),
            Conditions = [],
        };
        return facts with { Conditions = EtcdConditions.Find(facts, alarms, id => NameOf(id, members, voters), RivalsOf(members)) };
    }

    private static EtcdMemberSnapshot Read(
        EtcdMemberState member, ulong leaderId, long? leaderIndex, IReadOnlyCollection<EtcdAlarm> alarms, bool isLearner)
    {
        var reading = member.Reading;
        var id = reading?.MemberId ?? 0;
        return new EtcdMemberSnapshot
        {
            Name = member.Name,
            Host = member.Host,
            Status = member.Status,
            Since = member.Since,
            Cause = member.Cause,
            Detail = member.Detail,
            IsLeader = member.IsFresh && id != 0 && id == leaderId,
            IsLearner = isLearner,
            IsCorrupt = id != 0 && alarms.Contains(new EtcdAlarm(id, EtcdAlarmKind.Corrupt)),
            RaftLag = member.IsFresh && leaderIndex - reading!.RaftIndex is { } lag ? Math.Max(0, lag) : null,
            Reading = reading,
        };
    }

    /// <summary>Whose word counts: of those that name a leader, the one in the latest term, and then the latest to change its mind.</summary>
    private static EtcdMemberState? LeaderOf(IEnumerable<EtcdMemberState> members) =>
        members.Where(NamesALeader).OrderByDescending(m => m.Reading!.RaftTerm ?? 0).ThenByDescending(m => m.LeaderSince).FirstOrDefault();

    /// <summary>
    /// Two members that name different leaders, each again after both had begun to. Members are not asked at the same moment: around
    /// an election one that was asked before it names the old leader, and that is no contradiction.
    /// </summary>
    private static (EtcdMemberState One, EtcdMemberState Other)? RivalsOf(IEnumerable<EtcdMemberState> members)
    {
        var sure = members.Where(NamesALeader).ToArray();
        foreach (var one in sure)
        {
            foreach (var other in sure)
            {
                var bothBegan = one.LeaderSince > other.LeaderSince ? one.LeaderSince : other.LeaderSince;
                if (one.Reading!.LeaderId != other.Reading!.LeaderId && one.ReadAt > bothBegan && other.ReadAt > bothBegan)
                {
                    return (one, other);
                }
            }
        }

        return null;
    }

    private static bool NamesALeader(EtcdMemberState member) => member.IsFresh && member.Reading is { LeaderId: not 0 };

    // Every member tells the alarms of all. What a member said before it went is believed until somebody knows better.
    private static HashSet<EtcdAlarm> AlarmsOf(IReadOnlyList<EtcdMemberState> members)
    {
        var fresh = members.Where(m => m.IsFresh).ToArray();
        return [.. (fresh.Length > 0 ? fresh : members).SelectMany(m => m.Reading?.Alarms ?? [])];
    }

    private static string NameOf(ulong id, IEnumerable<EtcdMemberState> members, EtcdVoters voters) =>
        members.FirstOrDefault(m => m.Reading?.MemberId == id)?.Name ?? voters.NameOf(id) ?? id.ToString("x", CultureInfo.InvariantCulture);
}
