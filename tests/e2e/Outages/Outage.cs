using ApiLb.EndToEndTests.Kubernetes;
using ApiLb.EndToEndTests.Network;

namespace ApiLb.EndToEndTests.Outages;

/// <summary>One way in which an apiserver goes away. Lab.EndFaultsAsync and Lab.RecoverAsync mend each of them.</summary>
/// <param name="Name">In words; the letter orders the table.</param>
/// <param name="HappenAsync">Lets it happen to the victim. Returns when that is over: at once, or when the process is gone.</param>
internal sealed record Outage(string Name, Func<Lab, ControlPlaneHost, Task> HappenAsync)
{
    public static Outage Frozen { get; } = new("a: frozen (SIGSTOP)", (_, victim) =>
    {
        victim.FreezeApiServer();
        return Task.CompletedTask;
    });

    public static Outage Vanished { get; } = new("b: host vanished (link down)", (_, victim) => LabNetwork.UnplugAsync(victim.Host));

    public static Outage Killed { get; } = new("c: kill -9", (_, victim) => victim.KillApiServerAsync());

    public static Outage Stopped { get; } = new("d: graceful stop (SIGTERM)", (_, victim) => victim.StopApiServerAsync());

    public static Outage RestartedInTurn { get; } = new("e: all three restarted in turn", async (lab, victim) =>
    {
        foreach (var host in lab.Hosts.OrderByDescending(host => host == victim))
        {
            await RestartAsync(lab, host);
        }
    });

    public static Outage Overloaded { get; } = new("f: overloaded stand-in", (_, victim) =>
    {
        victim.OverloadStandIn();
        return Task.CompletedTask;
    })
    {
        PrepareAsync = async lab =>
        {
            await lab.Hosts[^1].ReplaceApiServerAsync();
            await lab.RestartBalancerAsync();
            return lab.Hosts[^1];
        },
    };

    /// <summary>Those of the table in docs/failover.md.</summary>
    public static IReadOnlyList<Outage> Matrix { get; } = [Frozen, Vanished, Killed, Stopped, RestartedInTurn, Overloaded];

    /// <summary>What must be done before there is any traffic. Returns the victim, or null when any host can be it.</summary>
    public Func<Lab, Task<ControlPlaneHost?>> PrepareAsync { get; private init; } = _ => Task.FromResult<ControlPlaneHost?>(null);

    private static async Task RestartAsync(Lab lab, ControlPlaneHost host)
    {
        await host.StopApiServerAsync();
        host.StartApiServer();
        await lab.ReadyAsync(host);
    }
}
