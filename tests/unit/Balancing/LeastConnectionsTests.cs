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
}
