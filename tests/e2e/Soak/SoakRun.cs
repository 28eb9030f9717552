using System.Globalization;
using ApiLb.EndToEndTests.Balancers;
using ApiLb.EndToEndTests.Network;
using ApiLb.EndToEndTests.Processes;
using ApiLb.EndToEndTests.Traffic;

namespace ApiLb.EndToEndTests.Soak;

/// <summary>A soak from a fresh balancer to the plot: rush, rest, load with troubles, the same rush again, rest again. The two rests are compared.</summary>
internal sealed class SoakRun(Lab lab, SoakPlan plan)
{
    // Together more than the 500 connections after which the daemon trims its memory (IdleTrimService).
    private const int RushPerSecond = 120;

    private static readonly TimeSpan Rush = TimeSpan.FromSeconds(5);

    // The trim comes within seconds after a rush, and nothing that a client has left lives longer than the half-closed timeout, 60 s.
    private static readonly TimeSpan Returned = TimeSpan.FromMinutes(3);

    private readonly AdminSocket _admin = new(Path.Combine(lab.RootOf(LabHost.Balancer1), "admin.sock"));

    private string Folder { get; } = Path.Combine(Repository.Root, "artifacts", "soak", plan.Name);

    /// <summary>Throws when the daemon does not come to rest again as it was; what clients saw is in the outcome, which is for the caller to judge.</summary>
    public async Task<SoakOutcome> RunAsync()
    {
        await lab.RecoverAsync();
        Directory.CreateDirectory(Folder);
        var samples = Path.Combine(Folder, "samples.tsv");
        await using var runtime = await RuntimeEvents.ListenAsync(lab.Balancer.Id);
        await using var sampler = new Sampler(lab.Balancer, _admin, runtime, samples);
        try
        {
            await WarmUpAsync(sampler, runtime);
            var before = new RestingState(
                await sampler.RestsAsync("the balancer is at rest before the load", Returned, _ => null), runtime.TrimmedHeapKiB, runtime.TrimmedHandles);
            sampler.Mark("load", isTrouble: false);
            var figures = await new SoakLoad(lab, _admin, sampler, plan).RunAsync();
            sampler.Load = null;
            await RushAsync(sampler, runtime);
            await RushAsync(sampler, runtime); // What a first collection has let finalizers free is gone after the second, as it was before the load.
            var after = new RestingState(
                await sampler.RestsAsync("the balancer has no more at rest than before the load", Returned, sample =>
                    before.ComplaintAbout(sample) ?? before.ComplaintAbout(runtime)), runtime.TrimmedHeapKiB, runtime.TrimmedHandles);
            await AgreesWithClientsAsync();
            var outcome = new SoakOutcome(plan, before, after, figures, sampler.Samples.Max(sample => sample.LateMilliseconds), await _admin.GetAsync("/metrics"));
            await File.WriteAllTextAsync(Path.Combine(Folder, "figures.txt"), outcome + "\n");
            return outcome;
        }
        finally
        {
            await SoakPlot.DrawAsync(samples, sampler.Events, Path.Combine(Folder, "soak.png"));
        }
    }

    // Whatever will be compiled or pooled for good has been: all kinds of clients, watches, a good and a bad reload.
    private async Task WarmUpAsync(Sampler sampler, RuntimeEvents runtime)
    {
        await using (var reloads = new Reloads(_admin, SoakLoad.ConfigurationOf(lab), TimeSpan.FromMilliseconds(500)))
        await using (var watches = await WatchLoad.StartAsync(lab.Client, SoakPlan.Http1Watches + SoakPlan.Http2Watches))
        await using (var unruly = UnrulyClients.Start(lab.Client))
        {
            await RushAsync(sampler, runtime);
            await reloads.StopAsync();
        }

        await RushAsync(sampler, runtime);
    }

    /// <summary>Clients come in a rush and leave. Returns when the daemon has given back what they needed.</summary>
    private async Task RushAsync(Sampler sampler, RuntimeEvents runtime)
    {
        sampler.Mark("rush", isTrouble: false);
        var trims = runtime.Trims;
        await using (var load = ConnectionLoad.Start(lab.Client, RushPerSecond))
        {
            await load.OpenForAsync(Rush);
        }

        sampler.Mark("rest", isTrouble: false);
        await Eventually.HoldsAsync("memory is trimmed after a rush", Returned, () =>
        {
            runtime.EnsureListening();
            return Task.FromResult(runtime.Trims > trims ? null : $"{runtime.Trims} trims, {trims} of them before");
        });
    }

    /// <summary>Asks the kernel of the clients' host: the daemon has exactly the connections that clients have with it.</summary>
    private Task AgreesWithClientsAsync() =>
        Eventually.HoldsAsync("the balancer and the clients' host have the same connections", Returned, async () =>
        {
            string[] filter = ["--no-header", "--tcp", "--numeric", "state", "established", "dport", "=", string.Create(CultureInfo.InvariantCulture, $":{LabHost.ApiPort}"), "dst", LabHost.Balancer1.Address.ToString()];
            var clients = (await Command.RunOnAsync(LabHost.Client, "ss", filter)).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
            var connections = MetricsText.Value(await _admin.GetAsync("/metrics"), "apilb_connections");
            return clients == (int)connections ? null : $"clients have {clients}, the balancer has {connections}";
        });
}
