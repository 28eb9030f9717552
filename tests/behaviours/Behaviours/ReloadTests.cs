using System.Net;
using System.Net.Sockets;
using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>Another configuration while clients are served.</summary>
public sealed class ReloadTests
{
    private const string Other = "127.0.0.1:7443";

    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(2);

    /// <summary>Timers of balancers have a grain of their own.</summary>
    private static readonly TimeSpan Rounding = TimeSpan.FromMilliseconds(50);

    [Theory]
    [Row(45, "a reload takes out a backend that has clients", "they are served until the drain is over (2 s), then they are closed; new ones go elsewhere from the start", Note = "a peer drains by ending the whole old process, so that the other backend's clients are cut as well")]
    public async Task BackendTakenOut_ItsClientsDrain(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var (a, b) = (bench.Answering("A"), bench.Answering("B"));
        Setup setup = new() { Backends = [a.Member, b.Member], Drain = Drain, Grace = Drain };
        await bench.StartAsync(setup);
        using var onA = await bench.ServedByAsync("A");
        using var onB = await bench.ServedByAsync("B");
        var began = TimeProvider.System.GetTimestamp();

        bench.Configure(setup with { Backends = [b.Member] });
        bench.Process.Send(bench.Balancer.ReloadSignal);
        var ends = EndAsync(onA);
        await bench.IsOutAsync("A", tls: false);

        Assert.InRange(await ends, Drain - Rounding, TimeSpan.FromSeconds(20));
        Assert.Equal("B", await onB.WhoAsync());

        async Task<TimeSpan> EndAsync(Connection client)
        {
            try
            {
                while (true)
                {
                    Assert.Equal("A", await client.WhoAsync());
                    await Eventually.PauseAsync(50);
                }
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                return TimeProvider.System.GetElapsedTime(began);
            }
        }
    }

    [Theory]
    [Row(45, "the same, while metrics are scraped", "once it has drained, no series names the backend any more", Needs = Feature.Metrics)]
    public async Task BackendTakenOut_LeavesTheMetrics(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var (a, b) = (bench.Answering("A"), bench.Answering("B"));
        Setup setup = new() { Backends = [a.Member, b.Member], Drain = Drain / 2, Grace = Drain / 2 };
        await bench.StartAsync(setup);
        using var onA = await bench.ServedByAsync("A");
        Assert.Contains("=\"A\"", await bench.Process.MetricsAsync(), StringComparison.Ordinal);

        bench.Configure(setup with { Backends = [b.Member] });
        bench.Process.Send(bench.Balancer.ReloadSignal);
        await onA.EndAsync();

        await Eventually.HoldsAsync(async () => !(await bench.Process.MetricsAsync()).Contains("=\"A\"", StringComparison.Ordinal), () => "series of A are served");
        Assert.Contains("=\"B\"", await bench.Process.MetricsAsync(), StringComparison.Ordinal);
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
}
