using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>One side has finished, the other has not.</summary>
public sealed class HalfCloseTests
{
    private const int Size = 10 << 20;

    [Theory]
    [Row(3, "the client finishes, and the backend then sends 10 MiB", "all of it arrives, then the end; the connection is gone once both have finished")]
    public async Task ClientFinishes_AnswerArrivesWhole(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Open("A");
        await bench.StartAsync(a);
        using var client = await bench.ConnectAsync();
        using var server = await a.AcceptAsync();

        await client.SendAsync("question");
        client.Finish();
        Assert.Equal(Ending.Finished, await server.EndAsync());
        await Task.WhenAll(SendAndFinishAsync(server), ReceiveAllAsync(client));

        await bench.RelaysNothingAsync();
    }

    [Theory]
    [Row(4, "the backend finishes, and the client then sends 10 MiB", "all of it arrives, then the end")]
    public async Task BackendFinishes_RequestArrivesWhole(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Open("A");
        await bench.StartAsync(a);
        using var client = await bench.ConnectAsync();
        using var server = await a.AcceptAsync();

        await server.SendAsync("greeting");
        server.Finish();
        Assert.Equal(Ending.Finished, await client.EndAsync());
        await Task.WhenAll(SendAndFinishAsync(client), ReceiveAllAsync(server));

        await bench.RelaysNothingAsync();
    }

    [Theory]
    [Row(5, "the client finishes, the backend is silent for longer than the half-closed timeout", "the connection is closed on both sides", Needs = Feature.HalfClosedTimeout)]
    public async Task OneSideFinishedAndTheOtherSilent_IsClosedInTime(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Open("A");
        await bench.StartAsync(new Setup { Backends = [a.Member], HalfClosed = TimeSpan.FromSeconds(1) });
        using var client = await bench.ConnectAsync();
        using var server = await a.AcceptAsync();

        client.Finish();
        Assert.Equal(Ending.Finished, await server.EndAsync());

        await client.EndAsync(TimeSpan.FromSeconds(5));
        await bench.RelaysNothingAsync();
    }

    private static async Task SendAndFinishAsync(Connection sender)
    {
        await sender.SendAsync(new byte[Size]);
        sender.Finish();
    }

    private static async Task ReceiveAllAsync(Connection receiver)
    {
        var before = receiver.Received.Length;
        Assert.Equal(Ending.Finished, await receiver.EndAsync());
        Assert.Equal(Size, receiver.Received.Length - before);
    }
}
