using System.Diagnostics;
using System.Globalization;
using System.Net;
using ApiLb.Configuration;
using ApiLb.Health;
using ApiLb.IntegrationTests.Actors;
using Xunit;

namespace ApiLb.IntegrationTests.Etcd;

/// <summary>A pool of real etcd members behind a listener, checked with <c>health.type: etcd</c>.</summary>
public sealed class EtcdPoolTests
{
    [Fact]
    public async Task MemberDies_ClientsGoOn()
    {
        await using var etcd = await EtcdCluster.StartAsync(3);
        await using var daemon = await RunningDaemon.StartAsync(PoolOf(etcd));
        foreach (var member in etcd.Members)
        {
            await daemon.StatusBecomesAsync(member.Name, HealthStatus.Ready);
        }

        Assert.Equal((0, "is healthy"), await EndpointHealthAsync(etcd, daemon));
        await etcd.Members[0].KillAsync();

        Assert.Equal((0, "is healthy"), await EndpointHealthAsync(etcd, daemon));
        Assert.Equal(200, (await etcd.PostAsync("127.0.0.1", ((IPEndPoint)daemon.EndPoint).Port, "kv/range", new { key = "YQ==" })).Status);
        await daemon.StatusBecomesAsync("e1", HealthStatus.Dead);
        await daemon.StatusBecomesAsync("e2", HealthStatus.Ready);
    }

    [Fact]
    public async Task QuorumGone_WhoIsLeftIsNotReady()
    {
        await using var etcd = await EtcdCluster.StartAsync(3);
        await using var daemon = await RunningDaemon.StartAsync(PoolOf(etcd));
        await daemon.StatusBecomesAsync("e3", HealthStatus.Ready);

        await etcd.Members[0].KillAsync();
        await etcd.Members[1].KillAsync();

        await daemon.StatusBecomesAsync("e3", HealthStatus.NotReady);
    }

    [Fact]
    public async Task Learner_IsNotReadyUntilItIsPromoted()
    {
        await using var etcd = await EtcdCluster.StartAsync(1);
        var learner = etcd.NewMember(2);
        var (_, added) = await etcd.PostAsync(etcd.Members[0], "cluster/member/add", new { peerURLs = new[] { learner.PeerUrl }, isLearner = true });
        etcd.Members.Add(learner);
        learner.Start(etcd.Members, isNew: false);
        await using var daemon = await RunningDaemon.StartAsync(PoolOf(etcd));
        await daemon.StatusBecomesAsync("e2", HealthStatus.NotReady);

        var id = added.GetProperty("member").GetProperty("ID").GetString();
        await PromotedAsync(etcd, id);

        await daemon.StatusBecomesAsync("e2", HealthStatus.Ready);
    }

    private static async Task PromotedAsync(EtcdCluster etcd, string? id)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (await etcd.PostAsync(etcd.Members[0], "cluster/member/promote", new { ID = id }) is { Status: not 200 } refused)
        {
            // Refused while the learner is still behind.
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(15), $"not promoted: {refused.Body}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    private static ApiLbOptions PoolOf(EtcdCluster etcd) =>
        Setup.Tls([.. etcd.Members.Select(m => new BackendOptions { Name = m.Name, Address = m.Member.Address })]).With(p => p with
        {
            Health = new HealthOptions
            {
                Type = HealthCheckType.Etcd,
                CaFile = etcd.Ca.File,
                ClientCertificateFile = etcd.ClientCertificateFile,
                ClientKeyFile = etcd.ClientKeyFile,
                Interval = TimeSpan.FromMilliseconds(200),
                FastInterval = TimeSpan.FromMilliseconds(200),
                SlowStart = TimeSpan.Zero,
            },
        });

    private static async Task<(int ExitCode, string Verdict)> EndpointHealthAsync(EtcdCluster etcd, RunningDaemon daemon)
    {
        ProcessStartInfo start = new(
            "etcdctl",
            [
                "--endpoints", $"https://127.0.0.1:{((IPEndPoint)daemon.EndPoint).Port.ToString(CultureInfo.InvariantCulture)}",
                "--cacert", etcd.Ca.File, "--cert", etcd.ClientCertificateFile, "--key", etcd.ClientKeyFile, "endpoint", "health",
            ])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ETCDCTL_API"] = "3";
        using var etcdctl = Process.Start(start)!;
        var said = await etcdctl.StandardOutput.ReadToEndAsync() + await etcdctl.StandardError.ReadToEndAsync();
        await etcdctl.WaitForExitAsync();
        return (etcdctl.ExitCode, said.Contains("is healthy", StringComparison.Ordinal) ? "is healthy" : said);
    }
}
