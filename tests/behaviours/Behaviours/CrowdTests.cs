using System.Diagnostics;
using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Network;
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
    [Row(55, "a flood: connect and reset, as fast as two cores allow, for 5 s", "no descriptor or memory is left, new clients are served meanwhile, and one that is connected waits (99th percentile) at most 200 ms longer than twice what it waits without a balancer at the same time", Note = "what two cores allow instead of 50,000/s; client, backend and flood share them with the balancer, so that what a client waits is compared with one that asks the backend itself, in the best of three floods")]
    public async Task ConnectAndReset_LeavesNothing(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = await bench.ProcessAsync("A");
        await bench.StartAsync(new Setup { Backends = [a.Member], LogsConnections = false });
        await using (Load warm = new(() => ConnectAndResetAsync(bench)))
        {
            await warm.ServesAsync(2000);
        }

        await bench.RelaysNothingAsync();
        var (descriptors, memory) = (bench.Process.Family.Descriptors, bench.Process.Family.Memory);

        for (var flood = 1; !await FloodAsync(bench, a.Member.Address, isLast: flood == 3); flood++)
        {
        }

        await bench.RelaysNothingAsync();
        await Eventually.HoldsAsync(() => bench.Process.Family.Descriptors <= descriptors + 20, () => $"{bench.Process.Family.Descriptors} descriptors, before {descriptors}");
        Assert.InRange(bench.Process.Family.Memory - memory, long.MinValue, 64 << 20);
    }

    [Theory]
    [Row(55, "500 clients connect and reset before the balancer comes to them: it is stopped meanwhile (SIGSTOP)", "at most 5 of them cost the backend a connection, and the next client is served", Note = "what a flood leaves in the queue must not be passed on to those behind")]
    public async Task ResetBeforeAccepted_AreNotPassedOn(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Answering("A");
        await bench.StartAsync(a);
        bench.Process.Family.Send(Signal.Stop);
        for (var i = 0; i < 500; i++)
        {
            await ConnectAndResetAsync(bench);
        }

        bench.Process.Family.Send(Signal.Continue);

        Assert.Equal("A", await bench.WhoAsync());
        await bench.RelaysNothingAsync();
        Assert.InRange(a.Accepts - bench.Balancer.ChecksAtStart, 1, 6);
    }

    /// <returns>Whether a client that is connected did not wait longer than it may; the last time it must not.</returns>
    private static async Task<bool> FloodAsync(Bench bench, string backend, bool isLast)
    {
        using Pulse pulse = new(bench.Host, Setup.Listener, backend);
        await using Load flood = new(() => ConnectAndResetAsync(bench), atOnce: 8);
        await using Load others = new(bench.WhoAsync, atOnce: 1);
        pulse.Start();
        await Eventually.PauseAsync(5000);
        pulse.Stop();
        await Task.WhenAll(flood.StopAsync(), others.StopAsync());

        var (through, beside) = (Pulse.Percentile(pulse.Through, 99), Pulse.Percentile(pulse.Beside, 99));
        Remark.Say($"{flood.Served / 5} connections/s, p99 {through.TotalMilliseconds:F0} ms, without balancer {beside.TotalMilliseconds:F0} ms");
        Assert.Empty(others.Failures);
        Assert.NotEqual(0, others.Served);
        var longest = (2 * beside) + TimeSpan.FromMilliseconds(200);
        if (isLast)
        {
            Assert.InRange(through, TimeSpan.Zero, longest);
        }

        return through <= longest;
    }

    private static async Task<string> ConnectAndResetAsync(Bench bench)
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
