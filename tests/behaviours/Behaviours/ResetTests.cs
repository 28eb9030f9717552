using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>One side ends a connection before its time.</summary>
public sealed class ResetTests
{
    private static readonly TimeSpan Promptly = TimeSpan.FromSeconds(1);

    [Theory]
    [Row(6, "the client resets in the middle of a stream", "the backend's connection ends promptly, and no descriptor is left")]
    public async Task ClientResets_BackendHearsAndNothingIsLeft(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Open("A");
        await bench.StartAsync(a);
        using var client = await bench.ConnectAsync();
        using var server = await a.AcceptAsync();
        await client.SendAsync("stream");
        Assert.Equal("stream", await server.ReadAsync(6));

        client.Reset();

        await server.EndAsync(Promptly);
        server.Dispose();
        await bench.RelaysNothingAsync();
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
}
