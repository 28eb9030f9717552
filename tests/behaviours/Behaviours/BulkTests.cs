using System.Diagnostics;
using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>Much data, and single bytes.</summary>
[Collection(Alone.Name)]
public sealed class BulkTests
{
    private const long GiB = 1L << 30;
    private const int Stalled = 64 << 20;

    [Theory]
    [Row(1, "client and backend exchange 1 GiB each way at the same time, in chunks of random size", "both get exactly what was sent")]
    public async Task OneGibibyteEachWay_IsByteExact(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Open("A");
        await bench.StartAsync(a);
        using var client = await bench.ConnectAsync();
        using var server = await a.AcceptAsync();
        var began = TimeProvider.System.GetTimestamp();

        var toServer = ByteStream.SendAsync(client, GiB, seed: 1);
        var toClient = ByteStream.SendAsync(server, GiB, seed: 2);
        var atServer = ByteStream.HashAsync(server, GiB);
        var atClient = ByteStream.HashAsync(client, GiB);

        Assert.Equal(await toServer, await atServer);
        Assert.Equal(await toClient, await atClient);
        Remark.Say($"{2 / TimeProvider.System.GetElapsedTime(began).TotalSeconds:F1} GiB/s, the test's own hashing included");
    }

    [Theory]
    [Row(9, "the client stops reading while the backend sends 1 GiB", "the backend is stalled by its TCP window, memory stays within 4 MiB, and it goes on byte-exact")]
    public async Task ClientStopsReading_BackendIsStalled(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Open("A");
        await bench.StartAsync(a);
        using var client = await bench.ConnectAsync();
        using var server = await a.AcceptAsync();

        await StallsAsync(bench, sender: server, reader: client);
    }

    [Theory]
    [Row(10, "the backend stops reading while the client sends 1 GiB", "the client is stalled by its TCP window, memory stays within 4 MiB, and it goes on byte-exact")]
    public async Task BackendStopsReading_ClientIsStalled(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Open("A");
        await bench.StartAsync(a);
        using var client = await bench.ConnectAsync();
        using var server = await a.AcceptAsync();

        await StallsAsync(bench, sender: client, reader: server);
    }

    [Theory]
    [Row(11, "single bytes, one millisecond apart", "nothing is gathered: each comes by itself, and half of them at most 5 ms later than without a balancer", Note = "the median instead of the 99th percentile, and 5 ms instead of 1 ms: two cores that are shared with client and backend. Gathering would cost 40 ms")]
    public async Task SingleBytes_AreNotGathered(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Open("A");
        await bench.StartAsync(a);
        using var client = await bench.ConnectAsync();
        using var server = await a.AcceptAsync();
        using var direct = await bench.ConnectAsync(listener: a.Address);
        using var directServer = await a.AcceptAsync();

        List<TimeSpan> added = [];
        for (var i = 0; i < 300; i++)
        {
            added.Add(await RoundTripAsync(client, server) - await RoundTripAsync(direct, directServer));
            await Eventually.PauseAsync(1);
        }

        var median = added.Order().ElementAt(added.Count / 2);
        Remark.Say($"adds {median.TotalMicroseconds:F0} us");
        Assert.InRange(median, TimeSpan.FromMilliseconds(-5), TimeSpan.FromMilliseconds(5));
    }

    private static async Task StallsAsync(Bench bench, Connection sender, Connection reader)
    {
        var memory = bench.Process.Family.Memory;
        Progress progress = new();
        var sending = ByteStream.SendAsync(sender, GiB, seed: 3, progress);
        await progress.StopsAsync();
        Assert.InRange(progress.Bytes, 0, Stalled);
        var growth = bench.Process.Family.Memory - memory;
        Remark.Say($"{growth / 1024} KiB more");
        Assert.InRange(growth, long.MinValue, 4 << 20);

        Assert.Equal(await ByteStream.HashAsync(reader, GiB), await sending);
    }

    private static async Task<TimeSpan> RoundTripAsync(Connection client, Connection server)
    {
        var piece = new byte[16];
        var began = Stopwatch.GetTimestamp();
        await client.SendAsync("x");
        Assert.Equal(1, await server.Socket.ReceiveAsync(piece));
        await server.SendAsync("y");
        Assert.Equal(1, await client.Socket.ReceiveAsync(piece));
        return Stopwatch.GetElapsedTime(began);
    }
}
