using ApiLb.Demo.Load;
using Xunit;

namespace ApiLb.UnitTests.Demo;

public sealed class LoadCountersTests
{
    private readonly FakeTime _time = new();
    private readonly LoadCounters _counters;

    public LoadCountersTests() => _counters = new LoadCounters(_time);

    [Fact]
    public void Slowest_IsForgottenAfterTheWindow()
    {
        _counters.Answered(TimeSpan.FromMilliseconds(300));
        _time.Advance(TimeSpan.FromSeconds(5));
        _counters.Answered(TimeSpan.FromMilliseconds(20));
        Assert.Equal(TimeSpan.FromMilliseconds(300), _counters.Snapshot().SlowestLately);

        _time.Advance(TimeSpan.FromSeconds(LoadCounters.Window - 5));

        Assert.Equal(TimeSpan.FromMilliseconds(20), _counters.Snapshot().SlowestLately);
        Assert.Equal(TimeSpan.FromMilliseconds(300), _counters.Snapshot().SlowestEver);
    }

    [Fact]
    public void SlowestOfOneSecond_IsNotReplacedByAFasterOne()
    {
        _counters.Answered(TimeSpan.FromMilliseconds(300));
        _counters.Answered(TimeSpan.FromMilliseconds(20));

        Assert.Equal(TimeSpan.FromMilliseconds(300), _counters.Snapshot().SlowestLately);
        Assert.Equal(2, _counters.Snapshot().Answered);
    }

    [Fact]
    public void Failed_SaysWhetherItIsTheFirstInARow()
    {
        Assert.True(_counters.Failed());
        Assert.False(_counters.Failed());
        _counters.Answered(TimeSpan.Zero);
        Assert.True(_counters.Failed());
        Assert.Equal(3, _counters.Snapshot().Failed);
    }

    [Fact]
    public void WatchThatEnded_CountsAsMoved()
    {
        _counters.WatchOpened();
        _counters.WatchEnded();
        _counters.WatchOpened();

        var snapshot = _counters.Snapshot();
        Assert.Equal((1, 1), (snapshot.WatchesOpen, snapshot.WatchesMoved));
    }
}
