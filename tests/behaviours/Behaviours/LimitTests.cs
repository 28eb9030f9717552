using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>More clients than there may be.</summary>
public sealed class LimitTests
{
    [Theory]
    [Row(53, "one client more than the global limit (50)", "it waits or is turned away without a connection to a backend, and the place of one that leaves can be used")]
    public async Task OneMoreThanTheLimit_TouchesNoBackend(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Answering("A");
        await bench.StartAsync(new Setup { Backends = [a.Member], MaxConnections = 50 });
        var before = a.Accepts;
        List<Connection> clients = [];
        for (var i = 0; i < 50; i++)
        {
            clients.Add(await bench.ConnectAsync());
            Assert.Equal("A", await clients[i].WhoAsync());
        }

        using var more = await bench.TryConnectAsync();
        await Eventually.StaysAsync(() => a.Accepts == before + 50, () => $"{a.Accepts - before} connections to the backend", TimeSpan.FromMilliseconds(500));
        more?.Reset();
        clients.ForEach(client => client.Dispose());
        await bench.RelaysNothingAsync();

        Assert.Equal("A", await bench.WhoAsync());
    }

    [Theory]
    [Row(54, "one address has as many connections as one address may (5)", "only its further ones are turned away, others are served, and a place is free when one of them closes")]
    public async Task SourceHasItsLimit_OnlyItIsTurnedAway(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Answering("A");
        await bench.StartAsync(new Setup { Backends = [a.Member], MaxConnectionsPerSource = 5 });
        List<Connection> clients = [];
        for (var i = 0; i < 5; i++)
        {
            clients.Add(await bench.ConnectAsync("127.0.0.50"));
            Assert.Equal("A", await clients[i].WhoAsync());
        }

        await bench.EndOfNewAsync("127.0.0.50");
        using var other = await bench.ConnectAsync("127.0.0.51");
        Assert.Equal("A", await other.WhoAsync());
        clients[0].Dispose();

        await Eventually.HoldsAsync(async () => await bench.WhoIfAnybodyAsync("127.0.0.50") == "A", () => "the place does not become free");
    }

    [Theory]
    [Row(56, "2,000 clients connect and send nothing, or one byte of a ClientHello", "they are cut at the first-flight timeout (2 s) and touch no backend, and others are served as usual", Note = "2,000 instead of 20,000 clients: both ends of each are descriptors here")]
    public async Task SlowClients_AreCutAndTouchNoBackend(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.ApiServer("A");
        await bench.StartAsync(new Setup { Backends = [a.Member], Tls = true, FirstFlight = TimeSpan.FromSeconds(2), LogsConnections = false });
        var before = a.Backend.Accepts;
        List<Connection> slow = [];
        for (var i = 0; i < 2000; i++)
        {
            slow.Add(await bench.ConnectAsync());
            if (i % 2 == 0)
            {
                await slow[i].SendAsync("\x16");
            }
        }

        Assert.Equal("A", await bench.WhoTlsAsync());
        await Task.WhenAll(slow.Select(client => client.EndAsync(TimeSpan.FromSeconds(10))));

        Assert.Equal(before + 1, a.Backend.Accepts);
        Assert.Equal("A", await bench.WhoTlsAsync());
    }
}
