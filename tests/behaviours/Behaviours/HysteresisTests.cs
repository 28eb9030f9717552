using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>How many checks in a row change a mind.</summary>
public sealed class HysteresisTests
{
    [Theory]
    [Row(25, "checks fail once less often than `fall`, then pass, again and again", "the backend is never taken out: a pass sets the counter back", Needs = Feature.Checks)]
    public async Task FailuresFewerThanFall_NeverTakeItOut(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var (a, b) = (bench.ApiServer("A"), bench.ApiServer("B"));
        var checks = new Check { Fall = 3, Interval = TimeSpan.FromMilliseconds(200), Timeout = TimeSpan.FromSeconds(10) };
        await bench.StartAsync(new Setup { Backends = [a.Member, b.Member], Tls = true, Check = checks });
        using SemaphoreSlim asked = new(0);
        using SemaphoreSlim answer = new(0);
        var began = a.Checks;
        a.Readyz = async number =>
        {
            if ((number - began) % 3 != 0)
            {
                return Readiness.Starting;
            }

            asked.Release();
            await answer.WaitAsync();
            return Readiness.Ok;
        };

        for (var round = 0; round < 4; round++)
        {
            Assert.True(await asked.WaitAsync(TimeSpan.FromSeconds(15)), "no third check");
            Assert.Contains("A", await bench.AskAsync(4, tls: true));
            answer.Release();
        }

        answer.Release(1000);
    }

    [Theory]
    [Row(26, "a dead backend passes once less often than `rise`, then fails", "it stays out", Needs = Feature.Checks)]
    public async Task PassesFewerThanRise_DoNotBringItBack(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var (a, b) = (bench.ApiServer("A"), bench.ApiServer("B"));
        var checks = new Check { Rise = 3, Interval = TimeSpan.FromMilliseconds(200), Timeout = TimeSpan.FromSeconds(10) };
        await bench.StartAsync(new Setup { Backends = [a.Member, b.Member], Tls = true, Check = checks });
        a.Backend.ResetAll();
        await a.Backend.RefuseAsync();
        await bench.IsDownAsync();
        using SemaphoreSlim asked = new(0);
        using SemaphoreSlim answer = new(0);
        var began = a.Checks;
        a.Readyz = async number =>
        {
            if ((number - began) % 3 != 0)
            {
                return Readiness.Ok;
            }

            asked.Release();
            await answer.WaitAsync();
            return Readiness.Starting;
        };

        a.Backend.Listen();

        for (var round = 0; round < 3; round++)
        {
            Assert.True(await asked.WaitAsync(TimeSpan.FromSeconds(15)), "no third check");
            Assert.True(!(await bench.AskAsync(4, tls: true)).Contains("A"), $"round {round}: A serves\n{bench.Process.Log}");
            answer.Release();
        }

        answer.Release(1000);
    }

    [Theory]
    [Row(27, "checks pass and fail in turn, 100 times", "the backend is never taken out, and the log stays short", Needs = Feature.Checks, Note = "100 checks in some seconds instead of 10 min: what counts is their number")]
    public async Task AlternatingChecks_ChangeNothing(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var (a, b) = (bench.ApiServer("A"), bench.ApiServer("B"));
        var checks = new Check { Interval = TimeSpan.FromMilliseconds(100), Timeout = TimeSpan.FromSeconds(3) };
        await bench.StartAsync(new Setup { Backends = [a.Member, b.Member], Tls = true, Check = checks, LogsConnections = false });
        var lines = bench.Process.Log.Split('\n').Length;

        a.Readyz = number => Task.FromResult(number % 2 == 0 ? Readiness.Ok : Readiness.Starting);
        for (var round = 0; round < 10; round++)
        {
            await a.CheckedAsync(10);
            Assert.Contains("A", await bench.AskAsync(2, tls: true));
        }

        var more = bench.Process.Log.Split('\n').Length - lines;
        Remark.Say($"{more} lines in the log");
        Assert.InRange(more, 0, 10);
    }
}
