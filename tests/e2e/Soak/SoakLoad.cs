using System.Diagnostics;
using System.Globalization;
using ApiLb.EndToEndTests.Balancers;
using ApiLb.EndToEndTests.Network;
using ApiLb.EndToEndTests.Traffic;

namespace ApiLb.EndToEndTests.Soak;

/// <summary>All clients at once, reloads and troubles, for as long as the plan says.</summary>
internal sealed class SoakLoad(Lab lab, AdminSocket admin, Sampler sampler, SoakPlan plan)
{
    // What a round of troubles takes and something to spare: none begins so shortly before the end.
    private static readonly TimeSpan RoundTakes = TimeSpan.FromSeconds(100);

    private readonly long _started = Stopwatch.GetTimestamp();

    public static string ConfigurationOf(Lab lab) => Path.Combine(lab.RootOf(LabHost.Balancer1), lab.Balancer.Name + ".conf");

    public async Task<SoakFigures> RunAsync()
    {
        await using var watches = await WatchLoad.StartAsync(lab.Client, SoakPlan.Http1Watches);
        await using var movable = await WatchLoad.StartAsync(lab.Http2Client, SoakPlan.Http2Watches);
        await using var reloads = new Reloads(admin, ConfigurationOf(lab), SoakPlan.ReloadEvery);
        await using var unruly = UnrulyClients.Start(lab.Client);
        await using var arrivals = ConnectionLoad.Start(lab.Client, SoakPlan.ConnectionsPerSecond);
        sampler.Load = arrivals;
        var cpu = lab.Balancer.MeterCpu();
        var troubles = new Troubles(lab, admin, watches, sampler);
        for (var next = TimeSpan.Zero; next == TimeSpan.Zero || next + RoundTakes <= plan.Duration; next += SoakPlan.RoundEvery)
        {
            await UntilAsync(next);
            await troubles.RoundAsync();
        }

        await UntilAsync(plan.Duration);
        await Task.WhenAll(watches.OpenAsync(), movable.OpenAsync());
        await SeeNewsAsync(watches, movable);
        var shares = cpu.Read();
        await reloads.StopAsync();
        var connections = await arrivals.StopAsync();
        await unruly.StopAsync();
        return new SoakFigures(connections, watches.Report(), movable.Report(), unruly, reloads, troubles, shares);
    }

    private Task UntilAsync(TimeSpan moment) =>
        Eventually.HoldsAsync($"it is {moment} since the load began", moment + TimeSpan.FromMinutes(1), () =>
        {
            lab.Balancer.EnsureRunning();
            var elapsed = Stopwatch.GetElapsedTime(_started);
            return Task.FromResult(elapsed >= moment ? null : elapsed.ToString("c", CultureInfo.InvariantCulture));
        });

    // Open is not alive: something must still come through.
    private async Task SeeNewsAsync(params WatchLoad[] watches)
    {
        var news = "soak-" + Guid.NewGuid().ToString("N");
        await lab.Kubectl.RunAsync("create", "configmap", news);
        await Task.WhenAll(watches.Select(load => load.SeeAsync(news)));
        await lab.Kubectl.RunAsync("delete", "configmap", news);
    }
}
