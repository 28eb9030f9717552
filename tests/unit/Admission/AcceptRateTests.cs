using ApiLb.Admission;
using Xunit;

namespace ApiLb.UnitTests.Admission;

public sealed class AcceptRateTests
{
    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(0.01);

    private readonly FakeTime _time = new();

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(70_000)]
    [InlineData(100_000)]
    public void FirstMoment_BringsOneSecondsWorth(int perSecond) =>
        Assert.Equal(perSecond, Taken(new AcceptRate(perSecond, _time), 2 * perSecond));

    [Fact]
    public void Tokens_ComeOneByOne()
    {
        AcceptRate rate = new(10, _time);
        Taken(rate, 20);

        _time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.False(rate.TryTake());
        _time.Advance(TimeSpan.FromMilliseconds(1) + Instant);
        Assert.Equal(1, Taken(rate, 5));
    }

    [Fact]
    public void LongQuiet_BringsNoMoreThanASecond()
    {
        AcceptRate rate = new(10, _time);
        Taken(rate, 20);

        _time.Advance(TimeSpan.FromDays(400));

        Assert.Equal(10, Taken(rate, 50));
    }

    [Fact]
    public void SteadyOverload_GetsTheRate()
    {
        AcceptRate rate = new(50, _time);
        var taken = Taken(rate, 1000);

        for (var i = 0; i < 1000; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(10));
            taken += Taken(rate, 3);
        }

        Assert.InRange(taken, 549, 550);
    }

    [Fact]
    public void Race_TakesNoTokenTwice()
    {
        AcceptRate rate = new(1000, _time);
        var taken = 0;

        Rush.Run(_ => Interlocked.Add(ref taken, Taken(rate, 5000)));

        Assert.Equal(1000, taken);
    }

    private static int Taken(AcceptRate rate, int attempts)
    {
        var taken = 0;
        for (var i = 0; i < attempts; i++)
        {
            taken += rate.TryTake() ? 1 : 0;
        }

        return taken;
    }
}
