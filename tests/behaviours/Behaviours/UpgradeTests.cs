using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>A new executable while clients are served.</summary>
public sealed class UpgradeTests
{
    [Theory]
    [Row(49, "the executable is replaced, and the balancer upgraded, while new clients come", "no client is turned away, and a new process serves", Needs = Feature.Upgrade)]
    public async Task UpgradeUnderLoad_NobodyNotices(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        await bench.StartAsync(new Setup { Backends = [bench.Answering("A").Member], LogsConnections = false });
        var before = await bench.ListenersAsync();
        await using Load load = new(bench.WhoAsync, atOnce: 2);
        await load.ServesAsync(100);

        await bench.Balancer.UpgradeAsync(bench.Process);

        await load.ServesAsync(500);
        await load.StopAsync();
        Assert.Empty(load.Failures);
        Assert.NotEqual(before, await bench.ListenersAsync());
    }
}
