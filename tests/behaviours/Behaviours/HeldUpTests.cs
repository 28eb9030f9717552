using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Network;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>A balancer that is held up itself must not take its own lateness for its backends'.</summary>
public sealed class HeldUpTests
{
    private const string Nobody = "no backend is marked down for checks that were late, and connections go on";
    private const double Share = 0.05;

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);

    [Theory]
    [Row(64, "the balancer is stopped (SIGSTOP) for 5 s, then goes on", Nobody, Needs = Feature.Checks, Note = "5 s instead of 30 s, five times the checks' timeout. A pause of its garbage collector is the same: no thread goes on")]
    public async Task BalancerIsStopped_NobodyIsMarkedDown(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        await IsHeldUpAsync(bench, TimeSpan.FromSeconds(1), async family =>
        {
            family.Send(Signal.Stop);
            await Eventually.PauseAsync((int)Duration.TotalMilliseconds);
            family.Send(Signal.Continue);
        });
    }

    [Theory]
    [Row(64, "the balancer gets 5 ms of CPU in each 100 ms (cgroup) for 5 s, and clients come all the time", Nobody + "; clients are served afterwards", Needs = Feature.Checks, Note = "where no control group with a CPU quota can be made, SIGSTOP and SIGCONT ten times a second stand in. The checks' timeout is 3 s: the stand-ins of apiservers share the machine with clients and balancer")]
    public async Task BalancerIsThrottled_NobodyIsMarkedDown(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        await IsHeldUpAsync(bench, TimeSpan.FromSeconds(3), async family =>
        {
            await using Load clients = new(bench.WhoTlsAsync, atOnce: 2, pause: 5);
            if (CpuQuota.TryMake(bench.Host.Name) is { } quota)
            {
                bench.Keep(quota);
                await ThrottleAsync(quota, family);
            }
            else
            {
                await StopAndGoAsync(family);
            }

            clients.ForgetThoseUnderWay();
            await clients.ServesAsync(10);
            await clients.StopAsync();
            Assert.Empty(clients.Failures);
        });
    }

    private static async Task ThrottleAsync(CpuQuota quota, ProcessFamily family)
    {
        quota.Limit(family.Ids, Share);
        await Eventually.PauseAsync((int)Duration.TotalMilliseconds);
        var throttled = quota.Throttled;
        quota.Lift();

        Remark.Say($"{quota.Kind}, held up {throttled} times");
        Assert.InRange(throttled, 5, long.MaxValue);
    }

    private static async Task StopAndGoAsync(ProcessFamily family)
    {
        for (var time = 0; time < Duration.TotalMilliseconds; time += 100)
        {
            family.Send(Signal.Stop);
            await Eventually.PauseAsync(95);
            family.Send(Signal.Continue);
            await Eventually.PauseAsync(5);
        }

        Remark.Say($"SIGSTOP and SIGCONT");
    }

    private static async Task IsHeldUpAsync(Bench bench, TimeSpan timeout, Func<ProcessFamily, Task> holdUp)
    {
        var (a, b) = (bench.ApiServer("A"), bench.ApiServer("B"));
        await bench.StartAsync(new Setup { Backends = [a.Member, b.Member], Tls = true, Check = new Check { Fall = 1, Timeout = timeout } });
        using var client = await bench.ServedTlsByAsync("A");

        var before = bench.Balancer.Complaints(bench.Process.Log).Count; // A first check may have found the stand-ins still starting.

        await holdUp(bench.Process.Family);

        await a.CheckedAsync(3);
        Assert.Equal("A", await client.WhoAsync());
        Assert.Equal(["A", "B"], (await bench.AskAsync(6, tls: true)).Distinct().Order());
        Assert.True(bench.Balancer.Complaints(bench.Process.Log).Count == before, bench.Process.Log);
    }
}
