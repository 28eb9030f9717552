using System.Net.Sockets;
using ApiLb.Backends;
using ApiLb.Health;
using ApiLb.Probing;
using Xunit;

namespace ApiLb.UnitTests.Probing;

public sealed class SocketVerdictTests
{
    [Theory]
    [InlineData(SocketError.ConnectionRefused, nameof(HealthEvidence.Unreachable), nameof(HealthCause.Refused))]
    [InlineData(SocketError.HostUnreachable, nameof(HealthEvidence.Unreachable), nameof(HealthCause.Unreachable))]
    [InlineData(SocketError.NetworkUnreachable, nameof(HealthEvidence.Unreachable), nameof(HealthCause.Unreachable))]
    [InlineData(SocketError.ConnectionReset, nameof(HealthEvidence.Unreachable), nameof(HealthCause.Reset))]
    [InlineData(SocketError.TimedOut, nameof(HealthEvidence.HostSilent), nameof(HealthCause.ConnectTimeout))]
    public void Error_IsEvidence(SocketError error, string evidence, string cause)
    {
        var verdict = SocketVerdict.From(error, ProbeLayer.L4);

        Assert.True(verdict.IsEvidence);
        Assert.Equal(evidence, verdict.Report.Evidence.ToString());
        Assert.Equal(cause, verdict.Report.Cause.ToString());
    }

    [Theory]
    [InlineData(SocketError.TooManyOpenSockets)]
    [InlineData(SocketError.AddressNotAvailable)]
    [InlineData(SocketError.NoBufferSpaceAvailable)]
    public void WantOfOurOwn_IsNoEvidence(SocketError error) => Assert.False(SocketVerdict.From(error, ProbeLayer.L4).IsEvidence);

    [Fact]
    public void Find_LooksInsideExceptions()
    {
        IOException wrapped = new("x", new IOException("y", new SocketException((int)SocketError.ConnectionReset)));

        Assert.Equal(SocketError.ConnectionReset, SocketVerdict.Find(wrapped));
        Assert.Null(SocketVerdict.Find(new IOException("x")));
    }
}
