using System.Diagnostics;
using System.Globalization;
using ApiLb.EndToEndTests.Traffic;
using Xunit;

namespace ApiLb.EndToEndTests;

/// <summary>etcd members go away and come back under requests, new connections and watches. Each apiserver knows its own member only.</summary>
[Collection(LabCollection.Name)]
public sealed class EtcdOutageTests(LabFixture fixture, ITestOutputHelper output)
{
    private const int ConnectionsPerSecond = 20;
    private const int Watches = 50;
    private const int Clients = 5;

    private static readonly TimeSpan Before = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Meanwhile = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan WritableAgain = TimeSpan.FromSeconds(30);

    private int _logBefore;

    [Fact]
    public async Task OneMemberLost_NoConnectionFailsAndWritesGoOn()
    {
        var written = await WithoutMembersAsync(1);

        Assert.True(written > 0, "nothing was written while one of three members was gone");
    }

    [Fact]
    public async Task QuorumLost_NoConnectionFailsAndOnlyOneAlarmSpeaks()
    {
        await WithoutMembersAsync(2);

        if (fixture.Lab.Balancer.Name == "apilb")
        {
            var warning = Assert.Single(fixture.Lab.Balancer.Log[_logBefore..].Split('\n'), line => line.Contains(" warn ", StringComparison.Ordinal));
            Assert.Contains("alarm EtcdUnready", warning, StringComparison.Ordinal);
        }
    }

    /// <summary>Returns how many objects were written while they were gone.</summary>
    private async Task<int> WithoutMembersAsync(int lost)
    {
        var lab = fixture.Lab;
        await lab.RecoverAsync();
        _logBefore = lab.Balancer.Log.Length;
        try
        {
            await using var watches = await WatchLoad.StartAsync(lab.Client, Watches);
            await using var load = await ConfigMapLoad.StartAsync(lab.Kubectl, lab.Client, lab.Hosts.Select(host => lab.ClientOf(host.Host)), Clients);
            await using var connections = ConnectionLoad.Start(lab.Client, ConnectionsPerSecond);
            await connections.OpenForAsync(Before);

            var cohort = watches.On(lab.Hosts[0].Host.Name);
            await Task.WhenAll(lab.Hosts.Take(lost).Select(host => host.KillEtcdAsync()));
            var before = load.Created;
            await connections.OpenForAsync(Meanwhile);
            var written = load.Created - before;

            await lab.EndFaultsAsync();
            var restored = Stopwatch.GetTimestamp();
            await WritesAsync(load);
            var again = Stopwatch.GetElapsedTime(restored);
            await Task.WhenAll(lab.Hosts.Select(lab.ReadyAsync));
            await connections.OpenForAsync(Before);

            var report = await connections.StopAsync();
            var requests = await load.StopAsync();
            Report(string.Create(
                CultureInfo.InvariantCulture,
                $"{lab.Balancer.Name}, {lost} of 3 etcd members killed for {Meanwhile.TotalSeconds} s: {written} objects written meanwhile, again {again.TotalSeconds:F1} s after they were back\n  {report}\n  requests: {requests}\n  {cohort}\n  {watches.Report()}"));
            Assert.True(report.Failed == 0, report.ToString());
            Assert.True(requests.NotReached == 0, requests.ToString());
            Assert.True(watches.Report().Openings.NotReached == 0, watches.Report().ToString());
            return written;
        }
        finally
        {
            await lab.EndFaultsAsync();
        }
    }

    private static Task WritesAsync(ConfigMapLoad load)
    {
        var before = load.Created;
        return Eventually.HoldsAsync("objects are written again", WritableAgain, () =>
            Task.FromResult(load.Created > before ? null : "none"));
    }

    private void Report(string figures)
    {
        output.WriteLine(figures);
        fixture.Lab.Record(figures);
    }
}
