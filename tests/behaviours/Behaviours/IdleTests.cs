using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>Connections on which nothing happens.</summary>
public sealed class IdleTests
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(2);

    [Theory]
    [Row(13, "a connection is idle for longer than the idle timeout (2 s)", "it is closed on both sides, and counted and logged once, with that reason", Note = "nginx has one status for all connections that were served")]
    public async Task IdleTooLong_IsClosedWithItsReason(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Open("A");
        await bench.StartAsync(new Setup { Backends = [a.Member], Idle = Idle });
        using var client = await bench.ConnectAsync();
        using var server = await a.AcceptAsync();
        await SayAsync(client, server);

        await Task.WhenAll(client.EndAsync(), server.EndAsync());

        await bench.RelaysNothingAsync();
        await bench.TellsEndsAsync(CloseCause.Idle, 1);
    }

    [Theory]
    [Row(13, "only the client speaks, or only the backend, for twice the idle timeout", "either keeps the connection, which is closed once both are silent")]
    public async Task EitherSpeaks_TheTimerStartsAnew(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Open("A");
        await bench.StartAsync(new Setup { Backends = [a.Member], Idle = Idle });

        using var speaker = await bench.ConnectAsync();
        using var listener = await a.AcceptAsync();
        using var reader = await bench.ConnectAsync();
        using var writer = await a.AcceptAsync();

        await Task.WhenAll(KeepsAsync(speaker, listener), KeepsAsync(writer, reader));

        static async Task KeepsAsync(Connection from, Connection to)
        {
            var began = TimeProvider.System.GetTimestamp();
            while (TimeProvider.System.GetElapsedTime(began) < 2 * Idle)
            {
                await SayAsync(from, to);
                await Eventually.PauseAsync(200);
            }

            await Task.WhenAll(from.EndAsync(), to.EndAsync());
        }
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

    private static async Task SayAsync(Connection from, Connection to)
    {
        await from.SendAsync("x");
        Assert.Equal("x", await to.ReadAsync(1));
    }
}
