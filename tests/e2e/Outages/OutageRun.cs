using System.Diagnostics;
using ApiLb.EndToEndTests.Traffic;

namespace ApiLb.EndToEndTests.Outages;

/// <summary>Lets an outage happen under traffic, and mends it afterwards.</summary>
internal static class OutageRun
{
    /// <param name="lab">Is as good as new when traffic begins.</param>
    /// <param name="outage">What happens.</param>
    /// <param name="traffic">Meanwhile.</param>
    /// <param name="expectAsync">What must become true after the traffic, while the outage lasts; it gets the figures and all watches.</param>
    public static async Task<OutageFigures> UnderTrafficAsync(
        Lab lab, Outage outage, OutageTraffic traffic, Func<OutageFigures, WatchLoad, Task> expectAsync)
    {
        await lab.RecoverAsync();
        try
        {
            var prepared = await outage.PrepareAsync(lab);
            await using var watches = await WatchLoad.StartAsync(lab.Client, traffic.Watches);
            await using var load = ConnectionLoad.Start(lab.Client, traffic.ConnectionsPerSecond);
            var cpu = lab.Balancer.MeterCpu();
            await load.OpenForAsync(traffic.Before);

            var victim = prepared ?? lab.Hosts.Single(host => host.Host.Name == load.FindBusiest(traffic.ConnectionsPerSecond));
            var there = watches.On(victim.Host.Name);
            var elsewhere = watches.ElsewhereThan(victim.Host.Name);
            var logged = lab.Balancer.Log.Length;
            var began = Stopwatch.GetTimestamp();
            await outage.HappenAsync(lab, victim);
            var took = Stopwatch.GetElapsedTime(began);
            var rest = traffic.After - took;
            await load.OpenForAsync(rest > OutageTraffic.AfterItsEnd ? rest : OutageTraffic.AfterItsEnd);

            var shares = cpu.Read();
            var title = $"{lab.Balancer.Name}, {outage.Name} of {victim.Host.Name}";
            var figures = new OutageFigures(title, took, await load.StopAsync(), there, elsewhere, watches.Report().Openings, shares)
            {
                BalancerLog = lab.Balancer.Log[logged..],
            };
            await expectAsync(figures, watches);
            return figures;
        }
        finally
        {
            await lab.EndFaultsAsync();
        }
    }
}
