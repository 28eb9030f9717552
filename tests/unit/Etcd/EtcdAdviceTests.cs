using ApiLb.Etcd;
using Xunit;

namespace ApiLb.UnitTests.Etcd;

public sealed class EtcdAdviceTests
{
    [Fact]
    public void AllIsWell_NothingIsAdvised() => Assert.Equal(EtcdAdvice.None, EtcdAdvice.For(Seen.Cluster("L", "F", "F"), "10.0.0.11"));

    [Fact]
    public void QuorumLost_EverybodyIsFrozen()
    {
        var etcd = Seen.Cluster("LLn", "Fxx", "Fxx");

        Assert.Equal(new EtcdAdvice(EtcdAdviceKind.Freeze, "etcd lost its quorum (1 of 3 voters answer)"), EtcdAdvice.For(etcd, "10.0.0.12"));
        Assert.Equal(EtcdAdviceKind.Freeze, EtcdAdvice.For(etcd, "elsewhere.example.com").Kind);
    }

    [Theory]
    [InlineData("10.0.0.12", nameof(EtcdAdviceKind.Eject))]
    [InlineData("10.0.0.11", nameof(EtcdAdviceKind.None))]
    [InlineData("10.0.0.1", nameof(EtcdAdviceKind.None))]
    public void CorruptMember_EjectsItsOwnHostOnly(string host, string expected) =>
        Assert.Equal(expected, EtcdAdvice.For(Corrupt(1), host).Kind.ToString());

    [Fact]
    public void NoSpace_IsNoReasonToEject() => Assert.Equal(EtcdAdvice.None, EtcdAdvice.For(Alarmed(new EtcdAlarm(Seen.Id(1), EtcdAlarmKind.NoSpace)), "10.0.0.12"));

    [Fact]
    public void EverybodyCorrupt_NobodyIsEjected() => Assert.Equal(EtcdAdvice.None, EtcdAdvice.For(Corrupt(0, 1, 2), "10.0.0.12"));

    [Fact]
    public void CorruptionOfNobodyInParticular_EjectsNobody() =>
        Assert.All(Enumerable.Range(11, 3), i => Assert.Equal(EtcdAdvice.None, EtcdAdvice.For(Alarmed(new EtcdAlarm(0, EtcdAlarmKind.Corrupt)), $"10.0.0.{i}")));

    [Theory]
    [InlineData("2001:db8::1", "2001:0db8:0::1")]
    [InlineData("cp1.example.com", "CP1.example.com.")]
    public void SameHost_IsRecognisedInAnotherSpelling(string member, string backend)
    {
        var state = new EtcdMemberState("e1", member).After(EtcdObservation.Of(Seen.Reading(0) with { Alarms = [new(Seen.Id(0), EtcdAlarmKind.Corrupt)] }), Seen.Interval);

        Assert.True(EtcdAssessment.Assess([state], EtcdQuorum.Unknown).IsCorrupt(backend));
    }

    private static EtcdSnapshot Corrupt(params int[] members) => Alarmed([.. members.Select(m => new EtcdAlarm(Seen.Id(m), EtcdAlarmKind.Corrupt))]);

    private static EtcdSnapshot Alarmed(params EtcdAlarm[] alarms) => EtcdAssessment.Assess(
        [.. Enumerable.Range(0, 3).Select(i => Seen.Member(i).After(EtcdObservation.Of(Seen.Reading(i) with { Alarms = alarms }), Seen.Interval))],
        EtcdQuorum.Unknown);
}
