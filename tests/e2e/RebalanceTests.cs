using System.Diagnostics;
using System.Globalization;
using ApiLb.EndToEndTests.Traffic;
using Xunit;

namespace ApiLb.EndToEndTests;

/// <summary>An apiserver was restarted and has no watches any more, which live for hours on the two others.</summary>
[Collection(LabCollection.Name)]
public sealed class RebalanceTests(LabFixture fixture, ITestOutputHelper output)
{
    private const int ConnectionsPerSecond = 20;
    private const int Http2Watches = 120;
    private const int Http1Watches = 30;
    private const double Even = 1.25;

    private static readonly TimeSpan Promised = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Known = TimeSpan.FromSeconds(10);

    // The pool's 30 s, less what the balancer may have seen the apiserver ready before this test did.
    private static readonly TimeSpan SlowStart = TimeSpan.FromSeconds(27);

    [Fact]
    public async Task ApiServerCameBack_WatchesAreEvenWithinTwoMinutesAndNoNewConnectionFails()
    {
        var lab = fixture.Lab;
        Assert.SkipUnless(lab.Balancer.Name == "apilb", "only ApiLb moves watches");
        await lab.RecoverAsync();
        await using var watches = await WatchLoad.StartAsync(lab.Http2Client, Http2Watches);
        await using var unmovable = await WatchLoad.StartAsync(lab.Client, Http1Watches);
        await using var arrivals = ConnectionLoad.Start(lab.Client, ConnectionsPerSecond);
        var victim = lab.Hosts[^1];
        var logBefore = lab.Balancer.Log.Length;
        await victim.KillApiServerAsync();
        await Eventually.HoldsAsync("the balancer knows that it is dead", Known, () =>
            Task.FromResult(lab.Balancer.Log[logBefore..].Contains("-> Dead", StringComparison.Ordinal) ? null : lab.Balancer.Log));
        await Task.WhenAll(watches.OpenAsync(), unmovable.OpenAsync());
        victim.StartApiServer();
        await lab.ReadyAsync(victim);

        var back = Stopwatch.GetTimestamp();
        var settled = watches.ElsewhereThan(victim.Host.Name);
        var kept = unmovable.ElsewhereThan(victim.Host.Name);
        await Eventually.HoldsAsync($"the fullest apiserver has at most {Even} times the mean", Promised, () =>
            Task.FromResult(watches.AllOpen && Unevenness() <= Even ? null : Shares()));
        var took = Stopwatch.GetElapsedTime(back);
        var connections = await arrivals.StopAsync();

        Report(string.Create(CultureInfo.InvariantCulture, $"{lab.Balancer.Name}, rebalanced after {took.TotalSeconds:F0} s to {Shares()}\n  {settled}\n  {connections}\n  {watches.Report()}"));
        Assert.True(connections.Failed == 0, connections.ToString());
        Assert.True(watches.Report().Openings.Failed == 0, watches.Report().ToString());
        Assert.True(settled.Ended[0] >= SlowStart, settled.ToString());
        Assert.Empty(kept.Ended);

        double Unevenness() => lab.Hosts.Max(WatchesOn) / lab.Hosts.Average(WatchesOn);
        double WatchesOn(Kubernetes.ControlPlaneHost host) => watches.On(host.Host.Name).Count + unmovable.On(host.Host.Name).Count;
        string Shares() => string.Join(", ", lab.Hosts.Select(host => $"{host.Host.Name} {WatchesOn(host)}"));
    }

    private void Report(string figures)
    {
        output.WriteLine(figures);
        fixture.Lab.Record(figures);
    }
}
