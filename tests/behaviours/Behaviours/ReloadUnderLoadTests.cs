using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>Reloads while clients come as fast as they can.</summary>
[Collection(Alone.Name)]
public sealed class ReloadUnderLoadTests
{
    private const int Reloads = 50;

    [Theory]
    [Row(42, "50 reloads, 100 ms apart, while new clients come as fast as two cores allow", "no client is turned away, and no established connection is cut", Note = "50 of 1,000, and the rate that two cores allow instead of 5,000/s")]
    public async Task ReloadsUnderLoad_NobodyNotices(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var (a, b) = (bench.Answering("A"), bench.Answering("B"));
        Setup setup = new() { Backends = [a.Member, b.Member], LogsConnections = false };
        await bench.StartAsync(setup);
        using var established = await bench.ConnectAsync();
        var began = TimeProvider.System.GetTimestamp();
        await using Load load = new(bench.WhoAsync, atOnce: 8);

        for (var i = 0; i < Reloads; i++)
        {
            bench.Configure(setup with { ConnectTimeout = TimeSpan.FromMilliseconds(1000 + i) });
            bench.Process.Send(bench.Balancer.ReloadSignal);
            await load.ServesAsync(50);
            await Eventually.PauseAsync(100);
        }

        await load.StopAsync();
        Remark.Say($"{load.Served / TimeProvider.System.GetElapsedTime(began).TotalSeconds:F0} clients/s");
        Assert.Empty(load.Failures);
        Assert.NotEmpty(await established.WhoAsync());
    }
}
