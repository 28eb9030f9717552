using System.Diagnostics;
using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>Thousands of connections at once.</summary>
[Collection(Alone.Name)]
public sealed class CrowdTests
{
    /// <summary>Both ends of each are descriptors of this process, and both sides of each of the balancer's: 20,000 at most.</summary>
    private const int Clients = 8500;

    private static readonly Check Unhurried = new() { Interval = TimeSpan.FromSeconds(1), Timeout = TimeSpan.FromSeconds(2) };

    [Theory]
    [Row(12, "8,500 idle connections", "at most 16 KiB of memory each, and next to no CPU", Note = "8,500 instead of 10,000: 20,000 descriptors")]
    public async Task IdleConnections_CostLittle(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Open("A");
        await bench.StartAsync(new Setup { Backends = [a.Member], LogsConnections = false });
        await HoldAsync(bench, 50);
        var before = bench.Process.Family.Memory;

        await HoldAsync(bench, Clients - 50);
        await Eventually.HoldsAsync(() => a.Accepts >= Clients, () => $"{a.Accepts} connections");

        var each = (bench.Process.Family.Memory - before) / (double)(Clients - 50);
        Remark.Say($"{each / 1024:F1} KiB each");
        Assert.InRange(each, double.MinValue, 16384);
        await bench.Process.Family.IsQuietAsync(0.03);
    }

    [Theory]
    [Row(39, "a backend with 4,000 of 8,000 connections is marked down because its host has vanished", "all of them are closed within 8 s, and clients of the other wait less than 100 ms meanwhile (99th percentile)", Needs = Feature.Checks, Note = "4,000 instead of 20,000: 20,000 descriptors")]
    public async Task MassClose_DisturbsNobody(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var (a, b) = (bench.ApiServer("A"), bench.ApiServer("B"));
        await bench.StartAsync(new Setup { Backends = [a.Member, b.Member], Check = Unhurried, LogsConnections = false });
        for (var held = 500; held <= 8000; held += 500)
        {
            await HoldAsync(bench, 500);
            var goal = held;
            await Eventually.HoldsAsync(() => a.Backend.Accepts + b.Backend.Accepts >= goal, () => $"{a.Backend.Accepts} and {b.Backend.Accepts} connections");
        }

        await Eventually.HoldsAsync(async () => await SilentOnAAsync(bench) >= 3900, () => "the backend does not get its connections:\n" + bench.Process.Log);
        using var onB = await bench.ServedTlsByAsync("B");
        await bench.Host.VanishAsync(Bench.AddressOf("A"));
        List<TimeSpan> times = [];
        var began = TimeProvider.System.GetTimestamp();

        var closing = Eventually.HoldsAsync(async () => await SilentOnAAsync(bench) == 0 && await OnAAsync(bench) <= 1, () => "connections are left:\n" + bench.Process.Log, TimeSpan.FromSeconds(8));
        while (!closing.IsCompleted)
        {
            var asked = Stopwatch.GetTimestamp();
            Assert.True(await onB.AnswersAsync("B"), bench.Process.Log);
            times.Add(Stopwatch.GetElapsedTime(asked));
            await Eventually.PauseAsync(5);
        }

        await closing;
        var slowest = times.Order().ElementAt(times.Count * 99 / 100);
        Remark.Say($"closed {TimeProvider.System.GetElapsedTime(began).TotalSeconds:F1} s after the loss, p99 {slowest.TotalMilliseconds:F0} ms");
        Assert.InRange(slowest, TimeSpan.Zero, TimeSpan.FromMilliseconds(100));
    }

    [Theory]
    [Row(55, "a flood: connect and close, as fast as two cores allow, for 5 s", "no descriptor or memory is left, and a healthy client's 99th percentile stays below 1 s", Note = "what two cores allow instead of 50,000/s; client, backend and flood share them with the balancer, hence the wide bound: compare the figures")]
    public async Task ConnectAndClose_LeavesNothing(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        await bench.StartAsync(new Setup { Backends = [bench.Answering("A").Member], LogsConnections = false });
        using var healthy = await bench.ConnectAsync();
        await healthy.WhoAsync();
        await using (Load warm = new(() => ConnectAndCloseAsync(bench)))
        {
            await warm.ServesAsync(2000);
        }

        await bench.RelaysNoMoreThanAsync(2);
        var (descriptors, memory) = (bench.Process.Family.Descriptors, bench.Process.Family.Memory);
        await using Load flood = new(() => ConnectAndCloseAsync(bench), atOnce: 8);
        List<TimeSpan> times = [];
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(5))
        {
            var asked = Stopwatch.GetTimestamp();
            await healthy.WhoAsync();
            times.Add(Stopwatch.GetElapsedTime(asked));
            await Eventually.PauseAsync(5);
        }

        await flood.StopAsync();
        var slowest = times.Order().ElementAt(times.Count * 99 / 100);
        Remark.Say($"{flood.Served / 5} connections/s, p99 {slowest.TotalMilliseconds:F0} ms");
        Assert.InRange(slowest, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        await bench.RelaysNoMoreThanAsync(2);
        await Eventually.HoldsAsync(() => bench.Process.Family.Descriptors <= descriptors + 20, () => $"{bench.Process.Family.Descriptors} descriptors, before {descriptors}");
        Assert.InRange(bench.Process.Family.Memory - memory, long.MinValue, 64 << 20);
    }

    private static async Task<string> ConnectAndCloseAsync(Bench bench)
    {
        using var client = await bench.ConnectAsync();
        client.Reset();
        return "";
    }

    private static async Task<int> OnAAsync(Bench bench) => (await SocketsToAAsync(bench)).Count;

    /// <summary>
    /// Those on which nothing waits for an acknowledgement: of clients, who say nothing here. A check may keep the connection on which it
    /// has asked in vain, to hear whether the host comes back.
    /// </summary>
    private static async Task<int> SilentOnAAsync(Bench bench) =>
        (await SocketsToAAsync(bench)).Count(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1] == "0");

    private static Task<IReadOnlyList<string>> SocketsToAAsync(Bench bench) =>
        bench.Host.SocketsAsync("state", "established", "dst", $"{Bench.AddressOf("A")}:7001");

    private static async Task HoldAsync(Bench bench, int clients)
    {
        GC.Collect(); // Sockets that a failed row has left are descriptors, too.
        GC.WaitForPendingFinalizers();
        for (var i = 0; i < clients; i++)
        {
            bench.Keep(new Held(await bench.ConnectAsync()));
        }
    }

    private sealed class Held(Connection connection) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            connection.Reset();
            return ValueTask.CompletedTask;
        }
    }
}
