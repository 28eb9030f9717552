using ApiLb.Configuration;
using Xunit;

namespace ApiLb.UnitTests.Balancing;

public sealed class LeastConnectionsTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(16)]
    public void UpToSixteenBackends_AreNeverMoreThanOneApart(int backends)
    {
        var pool = PoolOfReady.Even(BalancePolicy.LeastConnections, backends);
        for (var round = 0; round < 20; round++)
        {
            var active = pool.Fill((round % backends) + 1);
            Assert.True(active.Values.Max() - active.Values.Min() <= 1, string.Join(' ', active));
        }
    }

    [Theory]
    [InlineData(2, 1, 300)]
    [InlineData(3, 1, 400)]
    [InlineData(256, 1, 257)]
    public void Weights_ShareConnectionsExactly(int weightOfA, int weightOfB, int connections)
    {
        var active = new PoolOfReady(BalancePolicy.LeastConnections, weightOfA, weightOfB).Fill(connections);

        Assert.InRange(active["a"], Exact(weightOfA) - 1, Exact(weightOfA) + 1);
        Assert.Equal(connections, active.Values.Sum());

        double Exact(int weight) => (double)connections * weight / (weightOfA + weightOfB);
    }

    [Fact]
    public void Ties_AreSpread()
    {
        var picks = PoolOfReady.Even(BalancePolicy.LeastConnections, 3).Picks(3000);

        // 1000 expected each, standard deviation 26: 300 is more than eleven of them.
        Assert.All("abc", name => Assert.InRange(picks.Count(p => p == name), 700, 1300));
    }

    [Fact]
    public void OneConnectionLess_Decides()
    {
        var pool = PoolOfReady.Even(BalancePolicy.LeastConnections, 3);
        _ = pool["a"].TryEnter();
        _ = pool["c"].TryEnter();

        Assert.Equal(new string('b', 50), pool.Picks(50));
    }

    [Fact]
    public void BeyondSixteen_TheBusiestIsHardlyPicked()
    {
        var pool = PoolOfReady.Even(BalancePolicy.LeastConnections, 20);
        _ = pool["a"].TryEnter();

        // Only when both choices are a: 1 in 400. 25 expected of 10,000, standard deviation 5.
        Assert.InRange(pool.Picks(10_000).Count(p => p == 'a'), 0, 80);
    }

    [Fact]
    public void BeyondSixteen_ConnectionsStayNearlyEven()
    {
        var active = PoolOfReady.Even(BalancePolicy.LeastConnections, 26).Fill(2600);

        // Two choices keep the busiest within log log n of the mean; one choice would be about 25 above it.
        Assert.InRange(active.Values.Max(), 100, 110);
    }

    [Theory]
    [InlineData(1, 20, 10)]
    [InlineData(20, 1, 10)]
    [InlineData(2, 9, 2)]
    public void MuchFasterOne_WinsTies(int millisecondsOfA, int millisecondsOfB, int backends)
    {
        var pool = PoolOfReady.Even(BalancePolicy.LeastConnections, backends);
        foreach (var backend in pool.Pool.Snapshot.Backends)
        {
            Took(pool, backend.Name, millisecondsOfB);
        }

        Took(pool, "a", millisecondsOfA);

        var fastest = millisecondsOfA < millisecondsOfB ? "a" : "[^a]";
        Assert.Matches($"^{fastest}+$", pool.Picks(200));
    }

    [Theory]
    [InlineData(10, 11)]
    [InlineData(75, 100)]
    [InlineData(1, 2)]
    public void NearlyAsFast_TakesItsTurns(int millisecondsOfA, int millisecondsOfB)
    {
        var pool = PoolOfReady.Even(BalancePolicy.LeastConnections, 2);
        Took(pool, "a", millisecondsOfA);
        Took(pool, "b", millisecondsOfB);

        // 1500 expected each, standard deviation 27: 300 is more than eleven of them.
        Assert.InRange(pool.Picks(3000).Count(p => p == 'a'), 1200, 1800);
    }

    [Fact]
    public void LatencyOfOneIsUnknown_TakesTurns()
    {
        var pool = PoolOfReady.Even(BalancePolicy.LeastConnections, 2);
        Took(pool, "a", 500);

        Assert.InRange(pool.Picks(3000).Count(p => p == 'a'), 1200, 1800);
    }

    [Fact]
    public void OldLatencies_DoNotMatter()
    {
        var pool = PoolOfReady.Even(BalancePolicy.LeastConnections, 2);
        Took(pool, "a", 1);
        Took(pool, "b", 500);
        Assert.Equal(new string('a', 100), pool.Picks(100));

        pool.Time.Advance(TimeSpan.FromSeconds(31));

        Assert.InRange(pool.Picks(3000).Count(p => p == 'a'), 1200, 1800);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(20)]
    public void Load_ComesBeforeLatency(int backends)
    {
        var pool = PoolOfReady.Even(BalancePolicy.LeastConnections, backends);
        Took(pool, "a", 1);
        foreach (var backend in pool.Pool.Snapshot.Backends.Skip(1))
        {
            Took(pool, backend.Name, 500);
        }

        _ = pool["a"].TryEnter();

        // Beyond sixteen a is still picked when both choices are a: 25 expected of 10,000, standard deviation 5.
        Assert.InRange(pool.Picks(10_000).Count(p => p == 'a'), 0, backends > 16 ? 80 : 0);
    }

    [Fact]
    public void FasterOne_StillGetsOnlyItsShareOfConnectionsThatLast()
    {
        var pool = PoolOfReady.Even(BalancePolicy.LeastConnections, 3);
        Took(pool, "a", 1);
        Took(pool, "b", 500);
        Took(pool, "c", 500);

        Assert.All(pool.Fill(300).Values, active => Assert.Equal(100, active));
    }

    private static void Took(PoolOfReady pool, string backend, int milliseconds)
    {
        // Often enough that nothing of what was before is left.
        for (var i = 0; i < 100; i++)
        {
            pool[backend].FirstByte.Record(TimeSpan.FromMilliseconds(milliseconds), pool.Pool.Now);
        }
    }
}
