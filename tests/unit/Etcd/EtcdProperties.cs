using ApiLb.Etcd;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ApiLb.UnitTests.Etcd;

public sealed class EtcdProperties
{
    // Up to six members, each with up to six checks of any outcome.
    private static readonly Arbitrary<string[]> Histories = Gen.Elements("LFnlxc?".ToCharArray()).ArrayOf()
        .Select(c => new string([.. c.Take(6)])).ArrayOf().Where(h => h.Length is > 0 and <= 6 && h.Any(c => c.Length > 0)).ToArbitrary();

    [Fact]
    public void VotersUp_AreNeverMoreThanVoters() =>
        Prop.ForAll(Histories, history => Seen.Cluster(history) is var etcd && etcd.VotersUp <= etcd.Voters && etcd.VotersNeeded <= Math.Max(1, etcd.Voters))
            .QuickCheckThrowOnFailure();

    [Fact]
    public void AVoterThatSeesTheLeader_MeansQuorum() =>
        Prop.ForAll(Histories, history => !history.Any(h => h.EndsWith('L') || h.EndsWith('F')) || Longest(history).All(h => h.Last() is not ('L' or 'F'))
            || Seen.Cluster(history).Quorum == EtcdQuorum.Held).QuickCheckThrowOnFailure();

    [Fact]
    public void Learners_ChangeNeitherQuorumNorCount() =>
        Prop.ForAll(Histories, history =>
        {
            var (with, without) = (Seen.Cluster([.. history, "lllll", "llxxx"]), Seen.Cluster(history));
            return with.Quorum == without.Quorum && with.Voters == without.Voters && with.VotersUp == without.VotersUp;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void WithoutAnyAnswerEver_NothingIsLost() =>
        Prop.ForAll(Gen.Elements('x', 'c', '?').ArrayOf().Select(c => new string(c)).ArrayOf().Where(h => h.Any(c => c.Length > 0)).ToArbitrary(), history =>
            Seen.Cluster(history) is { Quorum: EtcdQuorum.Unknown, LeaderId: 0 }).QuickCheckThrowOnFailure();

    [Fact]
    public void SameObservations_MakeTheSameSnapshot() =>
        Prop.ForAll(Histories, history => Text(Seen.Cluster(history)) == Text(Seen.Cluster(history))).QuickCheckThrowOnFailure();

    [Fact]
    public void NobodyIsEjectedWithoutCorruption_AndEveryoneIsFrozenWithoutQuorum() =>
        Prop.ForAll(Histories, history =>
        {
            var etcd = Seen.Cluster(history);
            return etcd.Members.All(m => EtcdAdvice.For(etcd, m.Host).Kind == (etcd.QuorumLost ? EtcdAdviceKind.Freeze : EtcdAdviceKind.None));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void EachConditionIsToldOnce() =>
        Prop.ForAll(Histories, history => Seen.Cluster(history).Conditions is var all && all.DistinctBy(c => (c.Kind, c.Subject)).Count() == all.Count)
            .QuickCheckThrowOnFailure();

    private static IEnumerable<string> Longest(string[] history) => history.Where(h => h.Length == history.Max(o => o.Length));

    private static string Text(EtcdSnapshot etcd) => $"{etcd.Describe()} {etcd.Kinds()} {etcd.LeaderName} {string.Join(',', etcd.Members)}";
}
