using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>Other kinds of addresses than IPv4.</summary>
public sealed class FamilyTests
{
    private const int Size = 1 << 20;

    [Theory]
    [Row(70, "clients and backends with IPv6 addresses only", "bytes, ends and resets pass as with IPv4")]
    public Task Ipv6Only_Works(string balancer) => WorksAsync(balancer, "[::1]:6443", "[::1]:7001", "[::1]:6443");

    [Theory]
    [Row(70, "a listener for both families, [::]", "clients of both are served")]
    public Task DualStack_Works(string balancer) => WorksAsync(balancer, "[::]:6443", null, "[::1]:6443", "127.0.0.1:6443");

    [Theory]
    [Row(70, "a backend on a unix socket", "bytes, ends and resets pass as over TCP, a reset perhaps as an end: unix sockets know none")]
    public async Task UnixBackend_Works(string balancer)
    {
        var folder = Directory.CreateTempSubdirectory("apilb-bhv-");
        await WorksAsync(balancer, Setup.Listener, $"unix:{folder.FullName}/a.sock", Setup.Listener);
        folder.Delete(recursive: true);
    }

    private static async Task WorksAsync(string balancer, string bind, string? backend, params string[] clients)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Open("A", backend);
        await bench.StartAsync(new Setup { Bind = [bind], Backends = [a.Member] });
        foreach (var address in clients)
        {
            using (var client = await bench.ConnectAsync(listener: address))
            {
                using var server = await a.AcceptAsync();
                await Task.WhenAll(client.SendAsync(new byte[Size]), server.SendAsync(new byte[Size]), server.ReadAsync(Size), client.ReadAsync(Size));
                client.Finish();
                Assert.Equal(Ending.Finished, await server.EndAsync());
                await server.SendAsync("after the end");
                server.Dispose();
                Assert.Equal(Ending.Finished, await client.EndAsync());
                Assert.Equal("after the end", client.Received);
            }

            var resetting = await bench.ConnectAsync(listener: address);
            using var other = await a.AcceptAsync();
            await resetting.SendAsync("x");
            Assert.Equal("x", await other.ReadAsync(1));
            resetting.Reset();
            await other.EndAsync(TimeSpan.FromSeconds(2));
        }
    }
}
