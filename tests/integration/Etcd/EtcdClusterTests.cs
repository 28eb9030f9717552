using System.Globalization;
using System.Text.Json;
using ApiLb.Configuration;
using ApiLb.Etcd;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.Etcd;

/// <summary>The daemon watches a real etcd; each event shows in the snapshot, in /metrics and in the log.</summary>
public sealed class EtcdClusterTests
{
    private const int Quota = 8_000_000;

    [Fact]
    public async Task MembersDieAndReturn_QuorumIsLostAndHeldAgain()
    {
        await using var etcd = await EtcdCluster.StartAsync(3);
        await using var daemon = await WatchAsync(etcd.Watched);
        await BecomesAsync(daemon, s => s is { Quorum: EtcdQuorum.Held, VotersUp: 3, LeaderName: not null } && s.Members.All(m => m.Reading?.IsHealthy == true));

        await etcd.Members[0].KillAsync();
        await BecomesAsync(daemon, s => s is { Quorum: EtcdQuorum.Held, VotersUp: 2 } && s.Has(EtcdConditionKind.MemberDown));
        Assert.Equal(EtcdAdviceKind.None, EtcdAdvice.For(daemon.Daemon.Etcd!.Snapshot, etcd.Members[0].Host).Kind);
        Assert.Equal("0 1 1", await MemberMetricsAsync(daemon, etcd, "apilb_etcd_member_up"));

        await etcd.Members[1].KillAsync();
        await BecomesAsync(daemon, s => s is { QuorumLost: true, VotersUp: 1 });
        Assert.Equal(EtcdAdviceKind.Freeze, EtcdAdvice.For(daemon.Daemon.Etcd.Snapshot, etcd.Members[2].Host).Kind);
        Assert.Equal((0, 1), (await MetricAsync(daemon, "apilb_etcd_has_quorum"), await daemon.MetricAsync("apilb_etcd_alarm{alarm=\"quorum_lost\"}")));

        etcd.Members[0].Start(etcd.Members);
        etcd.Members[1].Start(etcd.Members);
        await BecomesAsync(daemon, s => s is { Quorum: EtcdQuorum.Held, VotersUp: 3, Conditions.Count: 0 });
        Assert.Equal(1, await MetricAsync(daemon, "apilb_etcd_has_quorum"));
        Assert.Equal("1 1 1", await MemberMetricsAsync(daemon, etcd, "apilb_etcd_member_up"));
        Assert.Single(await MemberMetricsAsync(daemon, etcd, "apilb_etcd_leader"), '1');
        AssertLoggedOnce(daemon, "Warning: etcd: quorum lost");
        Assert.Contains(daemon.Log, l => l.StartsWith("Information: etcd: over after", StringComparison.Ordinal) && l.Contains("quorum lost", StringComparison.Ordinal));
    }

    [Fact]
    public async Task MetricsUrls_TellQuorumLeaderAndQuota()
    {
        await using var etcd = await EtcdCluster.StartAsync(3, "--quota-backend-bytes", "50000000");
        await using var daemon = await WatchAsync(etcd.WatchedByMetrics);
        await BecomesAsync(daemon, s => s is { Quorum: EtcdQuorum.Held, VotersUp: 3, LeaderName: not null } && s.Members.All(m => m.Reading is { Quota: 50_000_000, RaftIndex: > 0 }));

        await etcd.Members[0].KillAsync();
        await etcd.Members[1].KillAsync();

        await BecomesAsync(daemon, s => s is { QuorumLost: true, VotersUp: 1 });
    }

    [Fact]
    public async Task Learner_IsNoVoter()
    {
        await using var etcd = await EtcdCluster.StartAsync(1);
        var learner = etcd.NewMember(2);
        var (status, _) = await etcd.PostAsync(etcd.Members[0], "cluster/member/add", new { peerURLs = new[] { learner.PeerUrl }, isLearner = true });
        Assert.Equal(200, status);
        etcd.Members.Add(learner);
        learner.Start(etcd.Members, isNew: false);

        await using var daemon = await WatchAsync(etcd.Watched);

        await BecomesAsync(daemon, s => s is { Quorum: EtcdQuorum.Held, Voters: 1, VotersUp: 1 } && s.Members[1] is { IsUp: true, IsLearner: true });
        Assert.Equal("0 1", await MemberMetricsAsync(daemon, etcd, "apilb_etcd_learner"));
        Assert.Empty(daemon.Daemon.Etcd!.Snapshot.Conditions);
    }

    [Fact]
    public async Task FullDatabase_IsNearlyFullFirstAndThenAnAlarm()
    {
        await using var etcd = await EtcdCluster.StartAsync(1, "--quota-backend-bytes", Quota.ToString(CultureInfo.InvariantCulture));
        await using var daemon = await WatchAsync(etcd.Watched);

        await FillAsync(etcd, bytes: Quota * 85 / 100);
        await BecomesAsync(daemon, s => s.Has(EtcdConditionKind.DatabaseNearlyFull) && !s.Has(EtcdConditionKind.NoSpace));
        await FillAsync(etcd, bytes: int.MaxValue);
        await BecomesAsync(daemon, s => s.Has(EtcdConditionKind.NoSpace));

        Assert.Equal(EtcdAdviceKind.None, EtcdAdvice.For(daemon.Daemon.Etcd!.Snapshot, etcd.Members[0].Host).Kind);
        Assert.Equal(1, await daemon.MetricAsync("apilb_etcd_alarm{alarm=\"no_space\"}"));
        Assert.Equal(Quota, await daemon.MetricAsync("apilb_etcd_quota_bytes{member=\"e1\"}"));
        Assert.True(daemon.Daemon.Etcd.Snapshot.Members[0].Reading!.IsHealthy, "it still serves reads");
        AssertLoggedOnce(daemon, "Warning: etcd: alarm NOSPACE on e1");
        await DisarmAsync(etcd, "NOSPACE");
        await BecomesAsync(daemon, s => !s.Has(EtcdConditionKind.NoSpace));
    }

    [Fact]
    public async Task CorruptMember_IsKnownByItsHost()
    {
        await using var etcd = await EtcdCluster.StartAsync(3);
        await using var daemon = await WatchAsync(etcd.Watched);
        await BecomesAsync(daemon, s => s.VotersUp == 3);
        var corrupt = daemon.Daemon.Etcd!.Snapshot.Members[1].Reading!.MemberId;

        await etcd.PostAsync(etcd.Members[0], "maintenance/alarm", new { action = "ACTIVATE", memberID = corrupt.ToString(CultureInfo.InvariantCulture), alarm = "CORRUPT" });

        await BecomesAsync(daemon, s => s.Has(EtcdConditionKind.Corrupt) && s.IsCorrupt(etcd.Members[1].Host));
        Assert.Equal(
            [EtcdAdviceKind.None, EtcdAdviceKind.Eject, EtcdAdviceKind.None],
            etcd.Members.Select(m => EtcdAdvice.For(daemon.Daemon.Etcd.Snapshot, m.Host).Kind));
    }

    private static async Task<RunningDaemon> WatchAsync(EtcdOptions etcd)
    {
        // The daemon needs a listener; its one backend is never asked.
        var options = Setup.Tcp(new BackendOptions { Name = "nobody", Address = new BackendAddress("127.0.0.1", 1) });
        return await RunningDaemon.StartAsync(options with { Etcd = etcd });
    }

    private static Task BecomesAsync(RunningDaemon daemon, Predicate<EtcdSnapshot> holds) => Eventually.HoldsAsync(
        () => holds(daemon.Daemon.Etcd!.Snapshot),
        () => $"{daemon.Daemon.Etcd!.Snapshot}\n{string.Join('\n', daemon.Daemon.Etcd.Snapshot.Members)}\n{string.Join('\n', daemon.Daemon.Etcd.Snapshot.Conditions)}");

    /// <summary>Writes until the database is that large, which it may become by leaps of some pages, or takes no more.</summary>
    private static async Task FillAsync(EtcdCluster etcd, int bytes)
    {
        var value = Convert.ToBase64String(new byte[50_000]);
        for (var key = 0; await SizeAsync(etcd) < bytes; key++)
        {
            Assert.InRange(key, 0, 1000);
            var (status, _) = await etcd.PostAsync(etcd.Members[0], "kv/put", new { key = Convert.ToBase64String(BitConverter.GetBytes(key)), value });
            if (status != 200)
            {
                return;
            }
        }
    }

    private static async Task<long> SizeAsync(EtcdCluster etcd)
    {
        var (_, status) = await etcd.PostAsync(etcd.Members[0], "maintenance/status", new { });
        return long.Parse(status.GetProperty("dbSize").GetString()!, CultureInfo.InvariantCulture);
    }

    private static async Task DisarmAsync(EtcdCluster etcd, string alarm)
    {
        var (_, body) = await etcd.PostAsync(etcd.Members[0], "maintenance/alarm", new { action = "GET" });
        foreach (var raised in body.GetProperty("alarms").EnumerateArray().Select(a => a.GetProperty("memberID").GetString()))
        {
            await etcd.PostAsync(etcd.Members[0], "maintenance/alarm", new { action = "DEACTIVATE", memberID = raised, alarm });
        }
    }

    private static async Task<string> MemberMetricsAsync(RunningDaemon daemon, EtcdCluster etcd, string name)
    {
        List<double> values = [];
        foreach (var member in etcd.Members)
        {
            values.Add(await daemon.MetricAsync($"{name}{{member=\"{member.Name}\"}}"));
        }

        return string.Join(' ', values);
    }

    private static async Task<double> MetricAsync(RunningDaemon daemon, string name)
    {
        using HttpClient http = new();
        var text = await http.GetStringAsync(new Uri($"http://{daemon.Daemon.AdminEndPoint}/metrics"));
        return JsonSerializer.Deserialize<double>(text.Split('\n').Single(l => l.StartsWith(name + " ", StringComparison.Ordinal)).Split(' ')[1]);
    }

    private static void AssertLoggedOnce(RunningDaemon daemon, string begin) => Assert.Single(daemon.Log, l => l.StartsWith(begin, StringComparison.Ordinal));
}
