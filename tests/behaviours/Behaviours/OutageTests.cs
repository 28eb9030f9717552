using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>A backend or its host dies under load.</summary>
public sealed class OutageTests
{
    [Theory]
    [Row(23, "a backend's process is killed (SIGKILL) under load", "its connections end promptly, new clients go to the other, and none of them is turned away")]
    public async Task ProcessIsKilled_NewClientsAreServed(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = await bench.ProcessAsync("A");
        var b = await bench.ProcessAsync("B");
        await bench.StartAsync(new Setup { Backends = [a.Member, b.Member] });
        List<Connection> established = [];
        while (established.Count < 10)
        {
            var client = await bench.ConnectAsync();
            if (await client.WhoAsync() == "A")
            {
                established.Add(client);
            }
        }

        await using Load load = new(bench.WhoAsync);
        await load.ServesAsync(50);
        Assert.Empty(load.Failures);
        await a.KillAsync();
        load.ForgetThoseUnderWay();
        await Task.WhenAll(established.Select(client => client.EndAsync(TimeSpan.FromSeconds(1))));
        await load.ServesAsync(200);
        await load.StopAsync();

        Assert.All(load.Names.TakeLast(100), name => Assert.Equal("B", name));
        Assert.Empty(load.Failures);
    }

    [Theory]
    [Row(24, "a backend's host vanishes without a word", "it is marked down within fall x interval + timeout, its connections are then closed, and new clients are served", Needs = Feature.Checks)]
    public async Task HostVanishes_ItsConnectionsAreClosed(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var (a, b) = (bench.ApiServer("A"), bench.ApiServer("B"));
        await bench.StartAsync(new Setup { Backends = [a.Member, b.Member], Tls = true, Check = new Check { Interval = TimeSpan.FromMilliseconds(500) } });
        var onA = await bench.ServedTlsByAsync("A");
        Assert.Equal("A", await onA.WatchAsync());
        var began = TimeProvider.System.GetTimestamp();

        await bench.Host.VanishAsync(Bench.AddressOf("A"));

        await onA.EndAsync(TimeSpan.FromSeconds(6));
        Remark.Say($"closed after {TimeProvider.System.GetElapsedTime(began).TotalSeconds:F1} s");
        Assert.All(await bench.AskAsync(6, tls: true), name => Assert.Equal("B", name));
        onA.Dispose();
    }

    [Theory]
    [Row(24, "a backend's process freezes (SIGSTOP): its kernel still accepts", "new clients are served by the other within a second", Needs = Feature.Checks, Note = "a hung disk does this to apiservers; a client whose bytes a peer has sent to the frozen one waits for the next check")]
    public async Task ProcessFreezes_NewClientsAreServed(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var (a, b) = (bench.ApiServer("A"), bench.ApiServer("B"));
        await bench.StartAsync(new Setup { Backends = [a.Member, b.Member], Tls = true, Check = new Check { Interval = TimeSpan.FromMilliseconds(500) } });
        await bench.AskAsync(4, tls: true);

        a.Freeze();
        await using Load load = new(bench.WhoTlsAsync, atOnce: 2);
        await load.ServesAsync(100);
        await load.StopAsync();

        Remark.Say($"slowest {load.Slowest.TotalMilliseconds:F0} ms");
        Assert.Empty(load.Failures);
        Assert.InRange(load.Slowest, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }
}
