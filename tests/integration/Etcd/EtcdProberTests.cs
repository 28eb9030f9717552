using ApiLb.Configuration;
using ApiLb.Health;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.Etcd;

public sealed class EtcdProberTests
{
    /// <summary>A client's connection failed there: whether a new one can be had is not told by the one that is open.</summary>
    [Fact]
    public async Task CheckOfASuspect_IsMadeOverANewConnection()
    {
        using ClusterCa ca = new();
        using var certificate = ca.Issue("127.0.0.1");
        await using var member = await ScriptedMember.StartAsync(certificate);
        await using ProbedBackend backend = new("127.0.0.1", member.Port, new HealthOptions { Type = HealthCheckType.Etcd, CaFile = ca.File });

        var first = await backend.CheckAsync();
        var kept = await backend.CheckAsync();
        var (before, fresh) = (member.Connections.Count, await backend.CheckAsync(needsFresh: true));

        Assert.All([first, kept, fresh], verdict => Assert.Equal(HealthEvidence.Ready, verdict.Report.Evidence));
        Assert.Equal((true, false, true), (first.IsFresh, kept.IsFresh, fresh.IsFresh));
        Assert.Equal((1, 2), (before, member.Connections.Count));
    }
}
