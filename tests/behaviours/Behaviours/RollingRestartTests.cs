using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>Three apiservers restart one after the other.</summary>
[Collection(Alone.Name)]
public sealed class RollingRestartTests
{
    private const int Watches = 30;

    [Theory]
    [Row(72, "three apiservers restart one after the other without --shutdown-delay-duration, under 30 watches and new requests all the time", "no request is turned away, and watches end only with their apiserver", Needs = Feature.Checks, Note = "stand-ins and 30 watches; real apiservers, watches and writes: tests/e2e/RollingRestartTests")]
    public Task WithoutDelay_NobodyIsTurnedAway(string balancer) => RestartAsync(balancer, TimeSpan.Zero);

    [Theory]
    [Row(72, "the same with a delay of 2 s, in which /readyz is red and everything is served", "the same", Needs = Feature.Checks, Note = "2 s instead of 30 s, ten times the checks' interval. HAProxy cuts requests under way when the check turns red, as in row 28")]
    public Task WithDelay_NobodyIsTurnedAway(string balancer) => RestartAsync(balancer, TimeSpan.FromSeconds(2));

    private static async Task RestartAsync(string balancer, TimeSpan delay)
    {
        await using var bench = await Bench.LayAsync(balancer);
        ApiServer[] servers = [bench.ApiServer("A"), bench.ApiServer("B"), bench.ApiServer("C")];
        await bench.StartAsync(new Setup { Backends = [.. servers.Select(s => s.Member)], Tls = true, Policy = Policy.LeastConnections, Check = new Check(), LogsConnections = false });
        List<TlsClient> watches = [];
        for (var i = 0; i < Watches; i++)
        {
            watches.Add(await bench.ConnectTlsAsync());
            await watches[i].WatchAsync();
        }

        await using Load requests = new(bench.WhoTlsAsync, atOnce: 2);
        foreach (var server in servers)
        {
            await requests.ServesAsync(20);
            server.Say(Readiness.ShuttingDown);
            await Eventually.PauseAsync((int)delay.TotalMilliseconds);
            await server.Backend.RefuseAsync();
            server.EndWatches();
            await requests.ServesAsync(50);
            server.Say(Readiness.Ok);
            server.Backend.Listen();
            await server.CheckedAsync(4);
        }

        await requests.StopAsync();
        Remark.Say($"{requests.Served} requests, slowest {requests.Slowest.TotalMilliseconds:F0} ms");
        Assert.Empty(requests.Failures);
        watches.ForEach(watch => watch.Dispose());
    }
}
