using ApiLb.Configuration;
using Xunit;

namespace ApiLb.UnitTests.Balancing;

public sealed class RoundRobinTests
{
    [Fact]
    public void EqualWeights_TakeTurnsInOrder() =>
        Assert.Equal("abcabcabcabc", new PoolOfReady(BalancePolicy.RoundRobin, 1, 1, 1).Picks(12));

    [Fact]
    public void EqualWeightsOtherThanOne_TakeTurnsInOrder() =>
        Assert.Equal("abcabc", new PoolOfReady(BalancePolicy.RoundRobin, 7, 7, 7).Picks(6));

    /// <summary>The van der Corput sequence is off by at most log2(n)/3 + 1 (Kuipers and Niederreiter, 1974).</summary>
    [Theory]
    [InlineData(2, 1)]
    [InlineData(1, 2)]
    [InlineData(1, 256)]
    [InlineData(5, 3)]
    public void Weights_AreKeptAtEveryMoment(int weightOfA, int weightOfB)
    {
        var picks = new PoolOfReady(BalancePolicy.RoundRobin, weightOfA, weightOfB).Picks(3000);
        var share = (double)weightOfA / (weightOfA + weightOfB);
        var ofA = 0;
        for (var n = 1; n <= picks.Length; n++)
        {
            ofA += picks[n - 1] == 'a' ? 1 : 0;
            Assert.True(Math.Abs(ofA - (n * share)) <= (Math.Log2(n) / 3) + 1, $"a has {ofA} of {n}");
        }
    }

    [Fact]
    public void TwoToOne_IsInterleaved()
    {
        var picks = new PoolOfReady(BalancePolicy.RoundRobin, 2, 1).Picks(300);

        Assert.DoesNotContain("bb", picks, StringComparison.Ordinal);
        Assert.DoesNotContain("aaaa", picks, StringComparison.Ordinal);
    }

    [Fact]
    public void ManyThreads_StillTakeTurns()
    {
        var pool = new PoolOfReady(BalancePolicy.RoundRobin, 1, 1, 1);
        var picks = new int[3];

        Parallel.For(0, 3000, _ => Interlocked.Increment(ref picks[pool.Pick()!.Name[0] - 'a']));

        Assert.Equal([1000, 1000, 1000], picks);
    }
}
