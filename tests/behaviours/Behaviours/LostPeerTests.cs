using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>Connections on which nothing is said, and whose other end is no more.</summary>
public sealed class LostPeerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(50);

    [Theory]
    [Row(13, "a connection is idle without any idle timeout, and the client's host has vanished: nobody answers keepalive", "it is closed on both sides within 50 s, and another that is as idle stays")]
    public async Task IdleClientVanishes_IsGivenUp(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Open("A");
        await bench.StartAsync(a);
        using var living = await bench.ConnectAsync();
        using var livingServer = await a.AcceptAsync();
        using var lost = await bench.ConnectAsync("127.0.0.99");
        using var lostServer = await a.AcceptAsync();
        var began = TimeProvider.System.GetTimestamp();

        await bench.Host.VanishAsync("127.0.0.99");

        await lostServer.EndAsync(Limit);
        Remark.Say($"{TimeProvider.System.GetElapsedTime(began).TotalSeconds:F0} s");
        lostServer.Dispose();
        await bench.RelaysNoMoreThanAsync(2);
        await living.SendAsync("x");
        Assert.Equal("x", await livingServer.ReadAsync(1));
    }
}
