using ApiLb.Configuration;
using Xunit;

namespace ApiLb.UnitTests.Balancing;

public sealed class RandomPolicyTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(1, 9)]
    public void Picks_FollowTheWeights(int weightOfA, int weightOfB)
    {
        const int Count = 9000;
        var picks = new PoolOfReady(BalancePolicy.Random, weightOfA, weightOfB).Picks(Count);

        // The standard deviation is at most 47: 500 is more than ten of them.
        var expected = Count * weightOfA / (weightOfA + weightOfB);
        Assert.InRange(picks.Count(p => p == 'a'), expected - 500, expected + 500);
    }

    [Fact]
    public void First_IsAlwaysTheFirst() => Assert.Equal("aaaaa", new PoolOfReady(BalancePolicy.First, 1, 100, 100).Picks(5));
}
