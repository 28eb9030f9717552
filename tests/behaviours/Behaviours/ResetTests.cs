using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>One side ends a connection before its time.</summary>
public sealed class ResetTests
{
    private const int Times = 10;

    /// <summary>Enough for streams to be in full swing.</summary>
    private const long Stream = 2 << 20;

    private static readonly TimeSpan AtMost = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Promptly = TimeSpan.FromSeconds(1);

    [Theory]
    [Row(6, "the client resets while nothing is under way", "the backend's connection ends within 100 ms, and no descriptor is left", Note = "the median of ten, beyond what the same takes without a balancer: two cores that other rows use at the same time")]
    public async Task ClientResets_BackendHearsAndNothingIsLeft(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Open("A");
        await bench.StartAsync(a);
        var sockets = bench.Process.Family.Sockets;
        List<TimeSpan> added = [];
        List<Ending> endings = [];

        for (var i = 0; i < Times; i++)
        {
            var (through, ending) = await EndAsync(await bench.ConnectAsync(), await a.AcceptAsync());
            var (direct, _) = await EndAsync(await bench.ConnectAsync(listener: a.Address), await a.AcceptAsync());
            added.Add(through - direct);
            endings.Add(ending);
        }

        Remark.Say($"{endings.Count(ending => ending == Ending.Reset)} of {Times} by a reset");
        await LeavesNothingAsync(bench, sockets, added);

        static async Task<(TimeSpan Time, Ending Ending)> EndAsync(Connection client, Connection server)
        {
            await client.SendAsync("stream");
            Assert.Equal("stream", await server.ReadAsync(6));
            var began = TimeProvider.System.GetTimestamp();
            client.Reset();
            var ending = await server.EndAsync();
            var time = TimeProvider.System.GetElapsedTime(began);
            server.Dispose();
            return (time, ending);
        }
    }

    [Theory]
    [Row(6, "the client resets while data is under way in both directions", "the same", Note = "as above")]
    public async Task ClientResetsAmidData_BackendHearsAndNothingIsLeft(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Open("A");
        await bench.StartAsync(a);
        var sockets = bench.Process.Family.Sockets;
        List<TimeSpan> added = [];

        for (var i = 0; i < Times; i++)
        {
            var through = await EndAsync(await bench.ConnectAsync(), await a.AcceptAsync());
            added.Add(through - await EndAsync(await bench.ConnectAsync(listener: a.Address), await a.AcceptAsync()));
        }

        await LeavesNothingAsync(bench, sockets, added);

        static async Task<TimeSpan> EndAsync(Connection client, Connection server)
        {
            Flood toServer = new(client, server);
            Flood toClient = new(server, client);
            await Task.WhenAll(toServer.CarriesAsync(Stream), toClient.CarriesAsync(Stream));
            var began = TimeProvider.System.GetTimestamp();
            client.Reset();
            await toServer.EndAsync();
            var time = TimeProvider.System.GetElapsedTime(began);
            await toClient.EndAsync();
            server.Dispose();
            return time;
        }
    }

    [Theory]
    [Row(7, "the backend resets in the middle of a stream", "the client sees a reset: what was cut off never looks complete", Note = "both peers turn the reset into an orderly end; for a protocol that ends by closing, half an answer then looks like a whole one")]
    public async Task BackendResets_ClientSeesAReset(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Open("A");
        await bench.StartAsync(a);
        using var client = await bench.ConnectAsync();
        using var server = await a.AcceptAsync();
        await server.SendAsync("stream");
        Assert.Equal("stream", await client.ReadAsync(6));

        server.Reset();

        Assert.Equal(Ending.Reset, await client.EndAsync(Promptly));
    }

    [Theory]
    [Row(22, "the backend dies after it was sent bytes of the client", "the connection is closed, and nothing is sent to another backend")]
    public async Task BackendDiesAfterBytes_NothingIsReplayed(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        Backend[] backends = [bench.Open("A"), bench.Open("B")];
        await bench.StartAsync(backends);
        using var client = await bench.ConnectAsync();
        await client.SendAsync("transfer 100");
        await Eventually.HoldsAsync(() => backends.Sum(b => b.Accepts) > 2 * bench.Balancer.ChecksAtStart, () => "nobody was connected to");
        var chosen = backends.Single(b => b.Accepts > bench.Balancer.ChecksAtStart);
        using var server = await chosen.AcceptAsync();
        Assert.Equal("transfer 100", await server.ReadAsync(12));

        await chosen.RefuseAsync();
        server.Reset();

        await client.EndAsync(Promptly);
        Assert.Equal(bench.Balancer.ChecksAtStart, backends.Single(b => b != chosen).Accepts);
    }

    private static async Task LeavesNothingAsync(Bench bench, int sockets, List<TimeSpan> added)
    {
        var median = added.Order().ElementAt(added.Count / 2);
        Remark.Say($"adds {median.TotalMilliseconds:F1} ms");
        Assert.InRange(median, -AtMost, AtMost);
        await bench.RelaysNothingAsync();
        await Eventually.HoldsAsync(() => bench.Process.Family.Sockets <= sockets, () => $"{bench.Process.Family.Sockets} sockets, before {sockets}");
    }
}
