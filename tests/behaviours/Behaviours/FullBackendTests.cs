using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>A backend has as many connections as it may.</summary>
public sealed class FullBackendTests
{
    [Theory]
    [Row(38, "a backend has its maximum of connections", "further clients go to the other")]
    public async Task FullBackend_TheOtherServes(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var (a, b) = (bench.Answering("A"), bench.Answering("B"));
        await bench.StartAsync(new Setup { Backends = [a.Member with { MaxConnections = 2 }, b.Member] });
        List<Connection> clients = [];
        List<string> names = [];
        for (var i = 0; i < 10; i++)
        {
            clients.Add(await bench.ConnectAsync());
            names.Add(await clients[i].WhoAsync());
        }

        Assert.Equal(2, names.Count(name => name == "A"));
        clients.ForEach(client => client.Dispose());
    }

    [Theory]
    [Row(38, "all backends are full", "a client waits, and is served as soon as another leaves", Needs = Feature.Queue)]
    public async Task AllFull_ClientWaitsForAPlace(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Answering("A");
        await bench.StartAsync(new Setup { Backends = [a.Member with { MaxConnections = 1 }], QueueTimeout = TimeSpan.FromSeconds(10) });
        var first = await bench.ConnectAsync();
        Assert.Equal("A", await first.WhoAsync());
        using var second = await bench.ConnectAsync();
        await second.SendAsync("who\n");
        await Eventually.PauseAsync(200);
        Assert.Equal(0, second.Socket.Available);

        first.Dispose();

        Assert.Equal("A who", await second.ReadLineAsync());
    }

    [Theory]
    [Row(38, "all backends stay full for longer than the queue timeout (1 s)", "the client that waits is closed then, and the place it leaves is usable", Needs = Feature.Queue)]
    public async Task AllFullForLong_ClientIsClosedInTime(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Answering("A");
        await bench.StartAsync(new Setup { Backends = [a.Member with { MaxConnections = 1 }], QueueTimeout = TimeSpan.FromSeconds(1) });
        var first = await bench.ConnectAsync();
        Assert.Equal("A", await first.WhoAsync());
        using var second = await bench.ConnectAsync();

        await second.EndAsync(TimeSpan.FromSeconds(3));
        first.Dispose();

        Assert.Equal("A", await bench.WhoAsync());
    }
}
