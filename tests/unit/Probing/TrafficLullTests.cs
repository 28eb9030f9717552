using ApiLb.Probing;
using Xunit;

namespace ApiLb.UnitTests.Probing;

public sealed class TrafficLullTests
{
    private readonly TrafficLull _lull = new();
    private TimeSpan _now = TimeSpan.FromHours(1);
    private long _sent;
    private long _received;

    [Fact]
    public void NoTraffic_IsNoLull() => Assert.False(LooksAfter(TimeSpan.FromHours(1)));

    [Fact]
    public void TrafficThatStops_IsALullAfterItsLength()
    {
        Flow();

        Assert.False(LooksAfter(TrafficLull.Length - TimeSpan.FromMilliseconds(1)));
        Assert.True(LooksAfter(TimeSpan.FromMilliseconds(1)));
    }

    [Fact]
    public void RequestsWithoutAnswer_DoNotPutItOff()
    {
        Send();

        Assert.False(LooksAfter(TrafficLull.Length / 2));
        _sent++;
        Assert.True(LooksAfter(TrafficLull.Length / 2));
    }

    [Fact]
    public void TrafficThatGoesOn_IsNoLull()
    {
        for (var i = 0; i < 10; i++)
        {
            Flow();
            Assert.False(LooksAfter(TrafficLull.Length - TimeSpan.FromMilliseconds(1)));
        }
    }

    [Fact]
    public void OneLull_IsToldUntilItIsForgotten()
    {
        Flow();
        Assert.True(LooksAfter(TrafficLull.Length));
        Assert.True(LooksAfter(TrafficLull.Length));

        _lull.Forget();

        Assert.False(LooksAfter(TrafficLull.Length));
        Send();
        Assert.True(LooksAfter(TrafficLull.Length));
    }

    [Fact]
    public void Look_AllocatesNothing()
    {
        Flow();

        Allocation.IsZero(() => LooksAfter(TrafficLull.Length));
    }

    private void Flow()
    {
        _received++;
        Send();
    }

    private void Send()
    {
        _sent++;
        LooksAfter(TimeSpan.Zero);
    }

    private bool LooksAfter(TimeSpan time)
    {
        _now += time;
        return _lull.HasLasted(_sent, _received, _now);
    }
}
