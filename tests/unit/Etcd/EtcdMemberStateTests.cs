using ApiLb.Etcd;
using ApiLb.Health;
using Xunit;

namespace ApiLb.UnitTests.Etcd;

public sealed class EtcdMemberStateTests
{
    [Theory]
    [InlineData("", nameof(EtcdMemberStatus.Unknown))]
    [InlineData("x", nameof(EtcdMemberStatus.Unknown))]
    [InlineData("xx", nameof(EtcdMemberStatus.Down))]
    [InlineData("cc", nameof(EtcdMemberStatus.Unreadable))]
    [InlineData("F", nameof(EtcdMemberStatus.Up))]
    [InlineData("Fx", nameof(EtcdMemberStatus.Up))]
    [InlineData("FxFx", nameof(EtcdMemberStatus.Up))]
    [InlineData("Fxx", nameof(EtcdMemberStatus.Down))]
    [InlineData("Fxc", nameof(EtcdMemberStatus.Unreadable))]
    [InlineData("FxxF", nameof(EtcdMemberStatus.Up))]
    public void Checks_MakeAStatus(string checks, string expected) => Assert.Equal(expected, Seen.Members(checks)[0].Status.ToString());

    [Fact]
    public void FaultOfOurs_ChangesNothing()
    {
        var state = Seen.Members("F")[0];

        Assert.Same(state, state.After(new EtcdObservation(null, HealthCause.LocalFault, "no descriptors"), Seen.Interval));
    }

    [Fact]
    public void Since_IsWhenTheStatusBegan()
    {
        Assert.Equal(Seen.Interval * 3, Seen.Members("Fxxxx")[0].Since);
        Assert.Equal(Seen.Interval, Seen.Members("FFFF")[0].Since);
    }

    [Theory]
    [InlineData("F", false)]
    [InlineData("Fx", true)]
    [InlineData("Fxx", false)]
    [InlineData("Fn", true)]
    [InlineData("Fnn", false)]
    public void WhatAwaitsConfirmation_IsInDoubt(string checks, bool isInDoubt) => Assert.Equal(isInDoubt, Seen.Members(checks)[0].IsInDoubt);

    [Theory]
    [InlineData(nameof(HealthCause.Refused), true)]
    [InlineData(nameof(HealthCause.ConnectTimeout), true)]
    [InlineData(nameof(HealthCause.ResponseTimeout), true)]
    [InlineData(nameof(HealthCause.Unacknowledged), true)]
    [InlineData(nameof(HealthCause.Closed), false)]
    [InlineData(nameof(HealthCause.Reset), false)]
    [InlineData(nameof(HealthCause.UntrustedCertificate), false)]
    [InlineData(nameof(HealthCause.UnresolvedName), false)]
    [InlineData(nameof(HealthCause.MalformedResponse), false)]
    [InlineData(nameof(HealthCause.Status), false)]
    public void OnlySilence_IsNobody(string cause, bool isSilence) =>
        Assert.Equal(isSilence, new EtcdObservation(null, Enum.Parse<HealthCause>(cause), "").IsSilence);
}
