using ApiLb.Etcd;
using Xunit;

namespace ApiLb.UnitTests.Etcd;

public sealed class EtcdAssessmentTests
{
    [Theory]
    [InlineData("L F F", "3/3 Held", "")]
    [InlineData("LL FF Fx", "3/3 Held", "")]
    [InlineData("LLL FFF Fxx", "2/3 Held", "MemberDown(e3)")]
    [InlineData("LLL FFF Fcc", "2/3 Held", "MemberUnreadable(e3)")]
    [InlineData("LLL Fxx Fxx", "1/3 Held", "MemberDown(e2) MemberDown(e3)")] // The leader has not resigned yet.
    [InlineData("LLn Fxx Fxx", "1/3 Lost", "QuorumLost MemberDown(e2) MemberDown(e3)")]
    [InlineData("Lnn Fnn Fnn", "3/3 Lost", "QuorumLost")]
    [InlineData("Ln Fn Fn", "3/3 Held", "")] // An election.
    [InlineData("LnnL FnnF FnnF", "3/3 Held", "")]
    [InlineData("nn xx xx", "1/3 Lost", "QuorumLost MemberDown(e2) MemberDown(e3)")]
    [InlineData("Lxx Fxx Fxx", "0/3 Lost", "QuorumLost MemberDown(e1) MemberDown(e2) MemberDown(e3)")]
    [InlineData("Lx Fx Fx", "3/3 Held", "")]
    [InlineData("xx xx xx", "0/3 Unknown", "MemberDown(e1) MemberDown(e2) MemberDown(e3)")] // Never seen: ApiLb may be the one that is cut off.
    [InlineData("Lcc Fcc Fcc", "0/3 Held", "MemberUnreadable(e1) MemberUnreadable(e2) MemberUnreadable(e3)")] // They live.
    [InlineData("Lcc Fxx Fxx", "0/3 Lost", "QuorumLost MemberDown(e2) MemberDown(e3) MemberUnreadable(e1)")]
    [InlineData("? ? ?", "0/3 Unknown", "")]
    [InlineData("L", "1/1 Held", "")]
    [InlineData("L F", "2/2 Held", "")] // Without etcd's own list an even number may be all that is configured.
    [InlineData("L F F l", "3/3 Held", "")]
    [InlineData("LLn Fxx Fxx lll", "1/3 Lost", "QuorumLost MemberDown(e2) MemberDown(e3)")] // A learner is no witness.
    [InlineData("LLL FFF FFF lxx", "3/3 Held", "MemberDown(e4)")]
    public void Members_AddUpToACluster(string members, string expected, string conditions)
    {
        var etcd = Seen.Cluster(members.Split(' '));

        Assert.Equal((expected, conditions), (etcd.Describe(), etcd.Kinds()));
    }

    [Fact]
    public void List_KnowsTheVotersThatNobodyWatches()
    {
        var etcd = Assess(Seen.Reading(0) with { Members = List("e1", "e2", "e3", "e4", "new!") });

        Assert.Equal(("1/4 Held", 3, "EvenVoters"), (etcd.Describe(), etcd.VotersNeeded, etcd.Kinds()));
    }

    [Fact]
    public void Leader_IsCalledByItsNameInEtcdWhenItIsNotWatched()
    {
        var etcd = Assess(Seen.Reading(0) with { LeaderId = Seen.Id(1), Members = List("a", "b", "c") });

        Assert.Equal((Seen.Id(1), "b"), (etcd.LeaderId, etcd.LeaderName));
        Assert.False(etcd.Members[0].IsLeader);
    }

    [Fact]
    public void LearnerByTheList_HasNoVote()
    {
        var etcd = Assess(Seen.Reading(0) with { Members = List("a", "b!") }, Seen.Reading(1));

        Assert.Equal("1/1 Held", etcd.Describe());
        Assert.True(etcd.Members[1].IsLearner);
    }

    [Fact]
    public void MemberFurthestInTheLog_HasTheListThatCounts()
    {
        var etcd = Assess(
            Seen.Reading(0) with { RaftIndex = 50, Members = List("a", "b", "c") },
            Seen.Reading(1) with { RaftIndex = 100, Members = List("a", "b", "c", "d", "e") });

        Assert.Equal(5, etcd.Voters);
    }

    [Fact]
    public void TwoAddressesOfOneMember_AreOneVote() => Assert.Equal("1/1 Held", Assess(Seen.Reading(0), Seen.Reading(0)).Describe());

    [Fact]
    public void Lag_IsCountedFromTheLeader()
    {
        var etcd = Assess(Seen.Reading(0), Seen.Reading(1) with { RaftIndex = 90 }, Seen.Reading(2) with { RaftIndex = 101 });

        Assert.Equal([0, 10, 0], etcd.Members.Select(m => m.RaftLag));
    }

    [Fact]
    public void LeaderUnknown_NoLagIs() => Assert.Null(Seen.Cluster("n", "n").Members[1].RaftLag);

    [Fact]
    public void TwoLeaders_EachNamedAgain_AreAnAlarm()
    {
        var etcd = Seen.Cluster("LL", "LL", "FF");

        Assert.Equal("TwoLeaders", etcd.Kinds());
        Assert.Equal("two leaders: e1 follows e1, e2 follows e2; do both belong to this cluster?", etcd.Conditions[0].Detail);
    }

    [Fact]
    public void LeaderElectedBetweenTwoChecks_IsNoContradiction() => Assert.Equal("", Seen.Cluster("L", "FL").Kinds());

    [Fact]
    public void LatestTerm_NamesTheLeader()
    {
        var etcd = Assess(Seen.Reading(0), Seen.Reading(1) with { LeaderId = Seen.Id(1), RaftTerm = 3 });

        Assert.Equal("e2", etcd.LeaderName);
    }

    [Fact]
    public void Alarms_AreToldOnceAndByName()
    {
        EtcdAlarm[] alarms = [new(Seen.Id(1), EtcdAlarmKind.Corrupt), new(Seen.Id(0), EtcdAlarmKind.NoSpace), new(0, EtcdAlarmKind.NoSpace)];

        var etcd = Assess(Seen.Reading(0) with { Alarms = alarms }, Seen.Reading(1) with { Alarms = alarms });

        Assert.Equal("Corrupt(e2) NoSpace NoSpace(e1)", etcd.Kinds());
        Assert.Equal([false, true], etcd.Members.Select(m => m.IsCorrupt));
    }

    [Theory]
    [InlineData(80L, 100L, "DatabaseNearlyFull(e1)")]
    [InlineData(79L, 100L, "")]
    [InlineData(120L, 100L, "DatabaseNearlyFull(e1)")]
    [InlineData(1_800_000_000L, null, "DatabaseNearlyFull(e1)")]
    [InlineData(1_000_000_000L, null, "")]
    [InlineData(3_000_000_000L, null, "")] // It is beyond the default and still writes: its quota must be larger.
    [InlineData(3_000_000_000L, 0L, "")]
    public void Database_IsMeasuredByItsQuota(long size, long? quota, string expected) =>
        Assert.Equal(expected, Assess(Seen.Reading(0) with { DbSize = size, Quota = quota }).Kinds());

    private static EtcdSnapshot Assess(params EtcdReading[] readings) => EtcdAssessment.Assess(
        [.. readings.Select((r, i) => Seen.Member(i).After(EtcdObservation.Of(r), Seen.Interval))], EtcdQuorum.Unknown);

    private static EtcdMemberEntry[] List(params string[] names) =>
        [.. names.Select((name, i) => new EtcdMemberEntry(Seen.Id(i), name.TrimEnd('!'), name.EndsWith('!')))];
}
