using ApiLb.EndToEndTests.Network;
using ApiLb.EndToEndTests.Processes;
using ApiLb.EndToEndTests.Traffic;
using Xunit;

namespace ApiLb.EndToEndTests;

/// <summary>
/// The balancer loses the network, not the apiservers their lives: to each of its connections both look alike, to all of them together
/// they do not. No session is worth less than an outage of a second or two.
/// </summary>
[Collection(LabCollection.Name)]
public sealed class OwnNetworkTests(LabFixture fixture, ITestOutputHelper output)
{
    private const int Watches = 100;
    private const int ConnectionsPerSecond = 50;

    private static readonly TimeSpan Before = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CableOut = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan After = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan AlarmDeadline = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task OwnCableOutFor1500Milliseconds_EverySessionSurvives()
    {
        var lab = await RecoveredAsync();
        await using var watches = await WatchLoad.StartAsync(lab.Client, Watches);
        await using var load = ConnectionLoad.Start(lab.Client, ConnectionsPerSecond);
        await load.OpenForAsync(Before);
        var all = watches.ElsewhereThan("nobody");
        await LabNetwork.UnplugAsync(LabHost.Balancer1);
        try
        {
            await load.OpenForAsync(CableOut);
        }
        finally
        {
            await LabNetwork.PlugAsync(LabHost.Balancer1);
        }

        await load.OpenForAsync(After);
        await AllSurviveAsync(watches, all);
    }

    /// <summary>The balancer's own link stays up: only that nobody behind it answers tells.</summary>
    [Fact]
    public async Task NothingComesFromAnyBackend_OneAlarmSaysSoAndEverySessionSurvives()
    {
        var lab = await RecoveredAsync();
        await using var watches = await WatchLoad.StartAsync(lab.Client, Watches);
        var all = watches.ElsewhereThan("nobody");
        var logged = lab.Balancer.Log.Length;
        await NftAsync($"table ip silence {{ chain input {{ type filter hook input priority 0; ip saddr {{ {string.Join(", ", LabHost.ControlPlane.Select(host => host.Address))} }} drop; }}; }}");
        try
        {
            await Eventually.HoldsAsync("the alarm is in metrics, status and events", AlarmDeadline, async () =>
            {
                var (metrics, status, events) = (await AskAsync("metrics"), await AskAsync("v1/status"), await AskAsync("v1/events"));
                return metrics.Contains("alarm=\"all_silent\",pool=\"control-plane\"} 1", StringComparison.Ordinal)
                    || metrics.Contains("pool=\"control-plane\",alarm=\"all_silent\"} 1", StringComparison.Ordinal)
                    ? status.Contains("\"all_silent\"", StringComparison.Ordinal) && events.Contains("all_silent", StringComparison.Ordinal) ? null : status + events
                    : metrics;
            });
        }
        finally
        {
            await NftAsync("delete table ip silence");
        }

        await AllSurviveAsync(watches, all);
        Assert.Single(lab.Balancer.Log[logged..].Split('\n'), line => line.Contains("alarm AllSilent", StringComparison.Ordinal));
    }

    private async Task<Lab> RecoveredAsync()
    {
        Assert.SkipUnless(fixture.Lab.Balancer.Name == "apilb", "what others do when all are gone is not known");
        await fixture.Lab.RecoverAsync();
        return fixture.Lab;
    }

    /// <summary>Each of them: none has ended, and each tells of what is new.</summary>
    private async Task AllSurviveAsync(WatchLoad watches, WatchCohort all)
    {
        var news = "news-" + Guid.NewGuid().ToString("N");
        await Eventually.HoldsAsync("something new can be made", AlarmDeadline, async () =>
        {
            try
            {
                await fixture.Lab.Kubectl.RunAsync("create", "configmap", news);
                return null;
            }
            catch (InvalidOperationException failure)
            {
                return failure.Message;
            }
        });
        await watches.SeeAsync(news);
        output.WriteLine(all.ToString());
        Assert.Equal((Watches, 0), (all.Count, all.Ended.Count));
        fixture.Lab.Balancer.EnsureRunning();
    }

    private static Task<string> NftAsync(string rules) => Command.RunOnAsync(LabHost.Balancer1, "nft", [rules]);

    private Task<string> AskAsync(string path) => Command.RunOnAsync(
        LabHost.Balancer1, "curl", ["--silent", "--show-error", "--unix-socket", Path.Combine(fixture.Lab.RootOf(LabHost.Balancer1), "admin.sock"), "http://apilb/" + path]);
}
