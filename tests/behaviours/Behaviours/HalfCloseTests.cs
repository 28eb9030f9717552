using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>One side has finished, the other has not.</summary>
public sealed class HalfCloseTests
{
    private const int Size = 10 << 20;

    private static readonly TimeSpan HalfClosed = TimeSpan.FromSeconds(1);

    /// <summary>Timers of balancers have a grain of their own.</summary>
    private static readonly TimeSpan Rounding = TimeSpan.FromMilliseconds(50);

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
    [Row(5, "the client finishes, and the backend is silent for longer than the half-closed timeout (1 s)", "both sides are closed then and not before; it is counted and logged once, with that reason", Needs = Feature.HalfClosedTimeout)]
    public async Task ClientFinishedAndTheBackendSilent_IsClosedInTime(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Open("A");
        await bench.StartAsync(new Setup { Backends = [a.Member], HalfClosed = HalfClosed });
        using var client = await bench.ConnectAsync();
        using var server = await a.AcceptAsync();

        await ClosesInTimeAsync(bench, finished: client, silent: server);
    }

    [Theory]
    [Row(5, "the backend finishes, and the client is silent for longer than that", "the same", Needs = Feature.HalfClosedTimeout)]
    public async Task BackendFinishedAndTheClientSilent_IsClosedInTime(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Open("A");
        await bench.StartAsync(new Setup { Backends = [a.Member], HalfClosed = HalfClosed });
        using var client = await bench.ConnectAsync();
        using var server = await a.AcceptAsync();

        await ClosesInTimeAsync(bench, finished: server, silent: client);
    }

    private static async Task ClosesInTimeAsync(Bench bench, Connection finished, Connection silent)
    {
        var began = TimeProvider.System.GetTimestamp();
        finished.Finish();
        Assert.Equal(Ending.Finished, await silent.EndAsync());

        await finished.EndAsync();
        Assert.InRange(TimeProvider.System.GetElapsedTime(began), HalfClosed - Rounding, TimeSpan.FromSeconds(15));
        await bench.RelaysNothingAsync();
        await silent.IsClosedAsync();
        await bench.TellsEndsAsync(CloseCause.HalfClosed, 1);
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
