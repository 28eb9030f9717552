using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>Everything at once, for a while.</summary>
[Collection(Alone.Name)]
public sealed class SoakTests
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(15);

    [Theory]
    [Row(68, "15 s of clients that come and go, a backend that goes and comes back, and reloads", "descriptors, threads and memory return to what they were", Note = "15 s instead of 72 h")]
    public async Task ChurnFlapsAndReloads_LeaveNothing(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var (a, b) = (bench.Answering("A"), bench.Answering("B"));
        Setup setup = new() { Backends = [a.Member, b.Member], Check = new Check { OfApiServer = false }, LogsConnections = false, Grace = TimeSpan.FromSeconds(1) };
        await bench.StartAsync(setup);
        await RunAsync(bench, a, setup, TimeSpan.FromSeconds(4)); // What is made once and kept.
        await bench.RelaysNothingAsync();
        var (descriptors, threads, memory) = (bench.Process.Family.Descriptors, bench.Process.Family.Threads, bench.Process.Family.Memory);

        await RunAsync(bench, a, setup, Duration);

        await Eventually.HoldsAsync(
            () => bench.Process.Family.Descriptors <= descriptors + 10 && bench.Process.Family.Threads <= threads + 6,
            () => $"{bench.Process.Family.Descriptors} descriptors and {bench.Process.Family.Threads} threads; before {descriptors} and {threads}");
        var growth = bench.Process.Family.Memory - memory;
        Remark.Say($"{growth / 1024} KiB more");
        Assert.InRange(growth, long.MinValue, 32 << 20);
    }

    private static async Task RunAsync(Bench bench, Backend flapping, Setup setup, TimeSpan duration)
    {
        var began = TimeProvider.System.GetTimestamp();
        await using Load load = new(() => bench.WhoIfAnybodyAsync(), atOnce: 4);
        for (var round = 0; TimeProvider.System.GetElapsedTime(began) < duration; round++)
        {
            await flapping.RefuseAsync();
            bench.Configure(setup with { ConnectTimeout = TimeSpan.FromMilliseconds(1000 + round) });
            bench.Process.Send(bench.Balancer.ReloadSignal);
            await load.ServesAsync(200);
            await Eventually.PauseAsync(500);
            flapping.Listen();
            await load.ServesAsync(200);
            await Eventually.PauseAsync(500);
        }
    }
}
