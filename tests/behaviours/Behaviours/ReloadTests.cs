using System.Net;
using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>Another configuration while clients are served.</summary>
public sealed class ReloadTests
{
    private const string Other = "127.0.0.1:7443";

    [Theory]
    [Row(43, "a reload meets a configuration that is wrong", "the old one keeps serving new and old clients, and the log says what is wrong")]
    public async Task WrongConfiguration_OldOneServes(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var a = bench.Answering("A");
        await bench.StartAsync(a);
        using var client = await bench.ConnectAsync();
        Assert.Equal("A", await client.WhoAsync());

        bench.Configure(new Setup { Backends = [a.Member], Extra = bench.Balancer.UnknownKey });
        bench.Process.Send(bench.Balancer.ReloadSignal);

        await bench.Process.SaysAsync("unknown_key");
        Assert.Equal("A", await client.WhoAsync());
        Assert.All(await bench.AskAsync(4), name => Assert.Equal("A", name));
    }

    [Theory]
    [Row(45, "a reload takes out a backend that has clients", "they may finish until the drain is over (1 s), then they are closed; new ones go elsewhere from the start", Note = "a peer drains by ending the whole old process, so that the other backend's clients are cut as well")]
    public async Task BackendTakenOut_ItsClientsDrain(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var (a, b) = (bench.Answering("A"), bench.Answering("B"));
        Setup setup = new() { Backends = [a.Member, b.Member], Drain = TimeSpan.FromSeconds(1), Grace = TimeSpan.FromSeconds(1) };
        await bench.StartAsync(setup);
        using var onA = await bench.ServedByAsync("A");
        using var onB = await bench.ServedByAsync("B");

        bench.Configure(setup with { Backends = [b.Member] });
        bench.Process.Send(bench.Balancer.ReloadSignal);
        await bench.IsOutAsync("A", tls: false);

        await onA.EndAsync(TimeSpan.FromSeconds(5));
        Assert.Equal("B", await onB.WhoAsync());
    }

    [Theory]
    [Row(46, "a reload while a backend is down", "it stays out all the time: nobody learns again at clients' expense", Needs = Feature.Checks)]
    public async Task BackendDownBefore_IsDownAfter(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var (a, b, c) = (bench.ApiServer("A"), bench.ApiServer("B"), bench.ApiServer("C"));
        Setup setup = new() { Backends = [a.Member, b.Member], Tls = true, Check = new Check { Interval = TimeSpan.FromSeconds(1) } };
        await bench.StartAsync(setup);
        a.Say(Readiness.Starting);
        await bench.IsDownAsync();
        await bench.IsOutAsync("A");

        bench.Configure(setup with { Backends = [a.Member, b.Member, c.Member] });
        bench.Process.Send(bench.Balancer.ReloadSignal);

        HashSet<string> served = [];
        await Eventually.HoldsAsync(
            async () =>
            {
                served.Add((await bench.AskAsync(1, tls: true))[0]);
                return served.Contains("C");
            },
            () => "C never serves");
        Assert.DoesNotContain("A", served);
    }

    [Theory]
    [Row(47, "a reload wants an address that somebody else has", "all of it is refused: the old listeners and backends serve on")]
    public async Task AddressIsTaken_NothingChanges(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var (a, b) = (bench.Answering("A"), bench.Answering("B"));
        await using var somebody = new Backend(bench.Host, "somebody", IPEndPoint.Parse(Other), Backend.Answering("somebody"));
        await bench.StartAsync(a);
        using var client = await bench.ConnectAsync();

        bench.Configure(new Setup { Bind = [Setup.Listener, Other], Backends = [b.Member] });
        bench.Process.Send(bench.Balancer.ReloadSignal);

        await bench.Process.SaysAsync("7443");
        Assert.Equal("A", await client.WhoAsync());
        Assert.All(await bench.AskAsync(4), name => Assert.Equal("A", name));
    }

    [Theory]
    [Row(48, "ten reloads within 100 ms, and one more while it finishes", "clients are served all the time; descriptors and threads are as before; it still finishes")]
    public async Task ManyReloads_LeaveNothingBehind(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var (a, b) = (bench.Answering("A"), bench.Answering("B"));
        Setup setup = new() { Backends = [a.Member, b.Member], Grace = TimeSpan.FromSeconds(2) };
        await bench.StartAsync(setup);
        await bench.AskAsync(20);
        var before = (bench.Process.Family.Descriptors, bench.Process.Family.Threads);

        for (var i = 0; i < 10; i++)
        {
            bench.Configure(setup with { Backends = i % 2 == 0 ? [a.Member] : [a.Member, b.Member] });
            bench.Process.Send(bench.Balancer.ReloadSignal);
            Assert.NotEmpty(await bench.WhoAsync());
            await Eventually.PauseAsync(10);
        }

        await Eventually.HoldsAsync(
            () => bench.Process.Family.Descriptors <= before.Descriptors + 10 && bench.Process.Family.Threads <= before.Threads + 8,
            () => $"{bench.Process.Family.Descriptors} descriptors, {bench.Process.Family.Threads} threads; before {before}");
        bench.Process.Send(bench.Balancer.FinishSignal);
        bench.Process.Send(bench.Balancer.ReloadSignal);
        Assert.Equal(0, await bench.Process.ExitAsync(TimeSpan.FromSeconds(10)));
    }

    [Theory]
    [Row(44, "the configuration has an unknown key, two listeners on one address, an address that is none", "it does not start: it ends within 5 s with another exit code than 0, and names the line each time", Note = "5 s instead of 1 s: two cores that other rows use at the same time")]
    public async Task WrongConfigurations_AreRefusedWithTheirLine(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        Setup setup = new() { Backends = [new Member("A", "127.0.0.11:7001")] };
        Setup[] wrong =
        [
            setup with { Extra = bench.Balancer.UnknownKey },
            setup with { Bind = [Setup.Listener, Setup.Listener] },
            setup with { Backends = [new Member("A", "127.0.0.300:7001")] },
        ];
        foreach (var each in wrong)
        {
            bench.Configure(each);

            await using var process = bench.StartProcess();

            Assert.NotEqual(0, await process.ExitAsync(TimeSpan.FromSeconds(5)));
            Assert.Matches(@"balancer\.conf:\d+", process.Log);
        }
    }
}
