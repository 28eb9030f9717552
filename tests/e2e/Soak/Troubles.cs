using System.Diagnostics;
using System.Globalization;
using ApiLb.EndToEndTests.Balancers;
using ApiLb.EndToEndTests.Kubernetes;
using ApiLb.EndToEndTests.Network;
using ApiLb.EndToEndTests.Traffic;

namespace ApiLb.EndToEndTests.Soak;

/// <summary>What befalls the control plane, round by round, always after the trouble before is over. Each waits for what the balancer makes of it.</summary>
/// <param name="lab">Whose apiservers.</param>
/// <param name="admin">The balancer, to be asked.</param>
/// <param name="watches">Each of them is open before a trouble begins.</param>
/// <param name="sampler">Is told what happens.</param>
internal sealed class Troubles(Lab lab, AdminSocket admin, WatchLoad watches, Sampler sampler)
{
    private const int Flaps = 3;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    // A process may be silent for 10 s before its connections are given up; a busy machine may freeze it for longer than the test meant to.
    private static readonly TimeSpan Forgiven = TimeSpan.FromSeconds(8);

    // Why the balancer itself ends connections that could have lived; it moves some over HTTP/2 besides, which is what rebalancing is for.
    // That an apiserver ends its watches, as all do when etcd is without a leader, is not its doing.
    private static readonly string[] Cuts = ["backend_dead", "drain", "idle", "killed", "local_fault"];

    private readonly List<string> _undueCuts = [];
    private int _next;

    public int Rounds { get; private set; }

    /// <summary>How many troubles broke connections that an apiserver had begun to serve.</summary>
    public int Breaking { get; private set; }

    /// <summary>Connections that the balancer cut though their apiserver was well.</summary>
    public IReadOnlyList<string> UndueCuts => _undueCuts;

    /// <summary>A flapping apiserver, a killed one, a vanished host, and then a restart of all three.</summary>
    public async Task RoundAsync()
    {
        await WithoutAsync("freezes", FlapAsync);
        await WithoutAsync("kill -9", KillAsync);
        await WithoutAsync("host gone", VanishAsync);
        sampler.Mark("rolling restart");
        Breaking++;
        foreach (var host in lab.Hosts)
        {
            await host.StopApiServerAsync();
            await RestartAsync(host);
        }

        await watches.OpenAsync();
        Rounds++;
    }

    private async Task WithoutAsync(string what, Func<ControlPlaneHost, Task> trouble)
    {
        var victim = lab.Hosts[_next++ % lab.Hosts.Count];
        await watches.OpenAsync();
        var elsewhere = lab.Hosts.Where(host => host != victim).ToArray();
        var before = await CutsOnAsync(elsewhere);
        sampler.Mark($"{victim.Host.Name} {what}");
        await trouble(victim);
        await BlameAsync(before, what, elsewhere);
    }

    // The balancer looks away and back again: those who watch there notice nothing.
    private async Task FlapAsync(ControlPlaneHost victim)
    {
        for (var flap = 0; flap < Flaps; flap++)
        {
            var before = await CutsOnAsync(victim);
            var frozen = Stopwatch.GetTimestamp();
            try
            {
                victim.FreezeApiServer();
                await StatusAsync(victim, status => status is not ("ready" or "warming"));
            }
            finally
            {
                victim.ThawApiServer();
            }

            var took = Stopwatch.GetElapsedTime(frozen);
            await TakesClientsAsync(victim);
            if (took < Forgiven)
            {
                await BlameAsync(before, "freeze", victim);
            }
        }
    }

    private async Task KillAsync(ControlPlaneHost victim)
    {
        Breaking++;
        await victim.KillApiServerAsync();
        await StatusAsync(victim, status => status == "dead");
        await RestartAsync(victim);
    }

    private async Task VanishAsync(ControlPlaneHost victim)
    {
        Breaking++;
        try
        {
            await LabNetwork.UnplugAsync(victim.Host);
            await StatusAsync(victim, status => status == "dead");
        }
        finally
        {
            await LabNetwork.PlugAsync(victim.Host);
        }

        await TakesClientsAsync(victim);
    }

    private async Task RestartAsync(ControlPlaneHost host)
    {
        host.StartApiServer();
        await lab.ReadyAsync(host);
        await TakesClientsAsync(host);
    }

    private Task TakesClientsAsync(ControlPlaneHost host) => StatusAsync(host, status => status is "ready" or "warming");

    private Task StatusAsync(ControlPlaneHost host, Predicate<string> isSo) =>
        Eventually.HoldsAsync($"the balancer sees what happened to {host.Host.Name}", Deadline, async () =>
        {
            lab.Balancer.EnsureRunning();
            var members = await admin.MembersAsync();
            return members.TryGetValue(host.Host.Name, out var status) && isSo(status) ? null : string.Join(", ", members);
        });

    private async Task<double> CutsOnAsync(params ControlPlaneHost[] hosts)
    {
        var metrics = await admin.GetAsync("/metrics");
        return hosts.Sum(host => Cuts.Sum(reason => MetricsText.Value(
            metrics, "apilb_backend_closes_total", "pool=\"control-plane\"", $"backend=\"{host.Host.Name}\"", $"reason=\"{reason}\"")));
    }

    private async Task BlameAsync(double before, string what, params ControlPlaneHost[] hosts)
    {
        var cuts = await CutsOnAsync(hosts) - before;
        if (cuts > 0)
        {
            _undueCuts.Add(string.Create(CultureInfo.InvariantCulture, $"{what}: {cuts} on {string.Join(", ", hosts.Select(host => host.Host.Name))}"));
        }
    }
}
