using ApiLb.Demo;
using Xunit;

namespace ApiLb.UnitTests.Demo;

public sealed class DemoEventsTests
{
    private readonly FakeTime _time = new();
    private readonly DemoEvents _events;

    public DemoEventsTests() => _events = new DemoEvents(_time);

    [Fact]
    public void After_GivesEachEventOnce()
    {
        _events.Add("one");
        Assert.Equal(["one"], _events.After(0, out var seen).Select(e => e.Text));
        _events.Add("two");

        Assert.Equal(["two"], _events.After(seen, out seen).Select(e => e.Text));
        Assert.Empty(_events.After(seen, out _));
    }

    [Fact]
    public void OldEvents_AreForgotten()
    {
        for (var i = 1; i <= 1000; i++)
        {
            _events.Add($"{i}");
        }

        Assert.True(_events.Last(1000).Count < 100);
        Assert.Equal("1000", _events.Last(1)[0].Text);
        Assert.Empty(_events.After(1000, out var total));
        Assert.Equal(1000, total);
    }

    [Fact]
    public void Event_KnowsWhenItHappened()
    {
        _time.Advance(TimeSpan.FromSeconds(3));
        _events.Add("late");

        Assert.Equal(3, _events.Last(1)[0].At.TotalSeconds, tolerance: 0.001);
    }
}
