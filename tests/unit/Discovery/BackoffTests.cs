using ApiLb.Discovery;
using Xunit;

namespace ApiLb.UnitTests.Discovery;

public sealed class BackoffTests
{
    [Fact]
    public void Failures_AreFollowedByLongerWaitsUpToHalfAMinute()
    {
        Backoff backoff = new(() => 1);

        Assert.Equal([2, 4, 8, 16, 30, 30], Enumerable.Range(0, 6).Select(_ => backoff.Next().TotalSeconds));
    }

    [Fact]
    public void Luck_NeverMakesAWaitShorterThanASecond() => Assert.Equal(TimeSpan.FromSeconds(1), new Backoff(() => 0).Next());

    [Fact]
    public void Success_BeginsAgain()
    {
        Backoff backoff = new(() => 1);
        backoff.Next();
        backoff.Reset();

        Assert.Equal(TimeSpan.FromSeconds(2), backoff.Next());
    }
}
