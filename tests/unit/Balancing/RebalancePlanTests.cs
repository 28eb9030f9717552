using ApiLb.Balancing;
using ApiLb.Configuration;
using ApiLb.Health;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ApiLb.UnitTests.Balancing;

public sealed class RebalancePlanTests
{
    /// <summary>Connections of each backend, all of weight 1, and how many the next step closes; 0: nothing.</summary>
    [Theory]
    [InlineData("even", "30 30 30", 0)]
    [InlineData("within the limit", "36 30 30", 0)]
    [InlineData("a quarter of the surplus", "50 50 0", 5)]
    [InlineData("at most a tenth of the backend", "100 0", 10)]
    [InlineData("at most 200", "9000 0 0", 200)]
    [InlineData("one connection cannot be shared", "1 0 0", 0)]
    [InlineData("one more than the others is even", "1 1 0", 0)]
    [InlineData("two more are not", "2 1 0", 1)]
    [InlineData("nobody has any", "0 0 0", 0)]
    [InlineData("fewer than two ready", "50", 0)]
    public void Loads_LeadToAStep(string situation, string loads, int count)
    {
        var step = RebalancePlan.Next(Loads(loads), RebalancePlan.Uneven);

        Assert.True(count == (step?.Count ?? 0), $"{situation}: {step}");
    }

    [Fact]
    public void Weights_AreHonoured()
    {
        var pool = new PoolOfReady(BalancePolicy.LeastConnections, 2, 1);

        Assert.Null(RebalancePlan.Next([new(pool["a"], 40, 2), new(pool["b"], 20, 1)], RebalancePlan.Even));
        Assert.Equal("b", RebalancePlan.Next([new(pool["a"], 20, 2), new(pool["b"], 40, 1)], RebalancePlan.Even)!.Value.Backend.Name);
    }

    [Fact]
    public void WarmingBackend_NobodyIsMoved()
    {
        var pool = PoolOfReady.Even(BalancePolicy.LeastConnections, 3);
        pool.Revive("c");

        Assert.Equal(HealthStatus.Warming, pool["c"].Health.Current.Status);
        Assert.Empty(RebalancePlan.LoadsOf(pool.Pool.Snapshot));
    }

    /// <summary>Whoever is closed comes back to the emptiest: it ends, and then it is even.</summary>
    [Fact]
    public void Steps_ConvergeInFewMinutes() =>
        Prop.ForAll(Gen.Choose(0, 3000).ArrayOf().Where(a => a.Length is >= 2 and <= 9).ToArbitrary(), counts =>
        {
            var pool = PoolOfReady.Even(BalancePolicy.LeastConnections, counts.Length);
            var steps = 0;
            while (RebalancePlan.Next([.. counts.Select((n, i) => new BackendLoad(pool[((char)('a' + i)).ToString()], n, 1))], RebalancePlan.Even) is { } step)
            {
                counts[step.Backend.Name[0] - 'a'] -= step.Count;
                for (var i = 0; i < step.Count; i++)
                {
                    counts[Array.IndexOf(counts, counts.Min())]++;
                }

                steps++;
                Assert.True(steps < 1000, $"no end: {string.Join(' ', counts)}");
            }

            return counts.Max() <= (counts.Average() * RebalancePlan.Uneven) || counts.Max() - counts.Min() < 2;
        }).QuickCheckThrowOnFailure();

    private static IReadOnlyList<BackendLoad> Loads(string loads)
    {
        var counts = loads.Split(' ').Select(int.Parse).ToArray();
        var pool = PoolOfReady.Even(BalancePolicy.LeastConnections, counts.Length);
        return [.. pool.Pool.Snapshot.Backends.Select((b, i) => new BackendLoad(b, counts[i], 1))];
    }
}
