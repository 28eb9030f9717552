using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>Connections on which nothing happens.</summary>
public sealed class IdleTests
{
    [Theory]
    [Row(13, "a connection is idle for longer than the idle timeout", "it is closed on both sides, but not as long as either side speaks")]
    public async Task IdleTooLong_IsClosedAndActivityPostponesIt(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Open("A");
        await bench.StartAsync(new Setup { Backends = [a.Member], Idle = TimeSpan.FromSeconds(2) });
        using var client = await bench.ConnectAsync();
        using var server = await a.AcceptAsync();

        for (var i = 0; i < 10; i++)
        {
            var (from, to) = i % 2 == 0 ? (client, server) : (server, client);
            await from.SendAsync("x");
            Assert.Equal("x", await to.ReadAsync(1));
            await Eventually.PauseAsync(300);
        }

        await Task.WhenAll(client.EndAsync(TimeSpan.FromSeconds(10)), server.EndAsync(TimeSpan.FromSeconds(10)));
    }

    [Theory]
    [Row(14, "a connection is idle for a long time within the limit, like kubectl logs -f", "it still works, and keepalive watches both of its sides", Note = "40 s instead of 40 min in this run, more than the 35 s after which kubeadm's own HAProxy configuration cuts")]
    public async Task IdleForLong_StillWorks(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Open("A");
        await bench.StartAsync(a);
        using var client = await bench.ConnectAsync();
        using var server = await a.AcceptAsync();

        await Eventually.PauseAsync(40_000);
        var sides = (await bench.Host.SocketsAsync("-o", "( sport = :6443 or dport = :7001 )")).Where(line => line.StartsWith("ESTAB", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, sides.Count);
        Assert.All(sides, side => Assert.Contains("timer:(keepalive", side, StringComparison.Ordinal));
        await server.SendAsync("log line\n");
        Assert.Equal("log line", await client.ReadLineAsync());
        await client.SendAsync("more\n");
        Assert.Equal("more", await server.ReadLineAsync());
    }

    [Theory]
    [Row(15, "the client's host vanishes while data is on its way to it", "the connection is given up within 50 s, and the backend's side is closed", Note = "ApiLb has no TCP_USER_TIMEOUT, which would cut clients that merely read slowly (decision 0004): 30 to 45 s; the kernel alone takes a quarter of an hour")]
    public async Task ClientVanishesWithDataPending_IsGivenUp(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Open("A");
        await bench.StartAsync(a);
        using var client = await bench.ConnectAsync("127.0.0.99");
        using var server = await a.AcceptAsync();
        await bench.Host.VanishAsync("127.0.0.99");
        var began = TimeProvider.System.GetTimestamp();

        await server.SendAsync("into the void");

        await server.EndAsync(TimeSpan.FromSeconds(50));
        Remark.Say($"{TimeProvider.System.GetElapsedTime(began).TotalSeconds:F0} s");
        await bench.RelaysNothingAsync();
    }
}
