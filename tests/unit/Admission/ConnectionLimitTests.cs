using ApiLb.Admission;
using Xunit;

namespace ApiLb.UnitTests.Admission;

public sealed class ConnectionLimitTests
{
    [Fact]
    public void Bound_IsTheLastThatEnters()
    {
        ConnectionLimit limit = new(2);

        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(_ => limit.TryEnter()));
        limit.Leave();
        Assert.True(limit.TryEnter());
        Assert.Equal(2, limit.InUse);
    }

    [Fact]
    public void NoBound_AdmitsEverybody()
    {
        ConnectionLimit limit = new(null);

        Assert.All(Enumerable.Range(0, 1000), _ => Assert.True(limit.TryEnter()));
        Assert.Null(limit.Maximum);
    }

    [Fact]
    public void Race_AdmitsExactlyAsManyAsMay()
    {
        ConnectionLimit limit = new(1000);
        var admitted = 0;

        Rush.Run(_ =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                if (limit.TryEnter())
                {
                    Interlocked.Increment(ref admitted);
                }
            }
        });

        Assert.Equal(1000, admitted);
        Assert.Equal(1000, limit.InUse);
    }

    [Fact]
    public void ComingAndGoing_NeverPassesTheBound()
    {
        ConnectionLimit limit = new(3);
        var (inside, most) = (0, 0);

        Rush.Run(_ =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                if (limit.TryEnter())
                {
                    var now = Interlocked.Increment(ref inside);
                    InterlockedMax(ref most, now);
                    Interlocked.Decrement(ref inside);
                    limit.Leave();
                }
            }
        });

        Assert.InRange(most, 1, 3);
        Assert.Equal(0, limit.InUse);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        var seen = Volatile.Read(ref most);
        while (value > seen)
        {
            seen = Interlocked.CompareExchange(ref most, value, seen);
        }
    }
}
