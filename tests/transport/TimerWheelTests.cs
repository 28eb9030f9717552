using ApiLb.Transport;
using Xunit;

namespace ApiLb.TransportTests;

/// <summary>Timers fire once, never early, and at most a tick late; the wheel never lets the reactor sleep past one.</summary>
public sealed class TimerWheelTests
{
    private const int Tick = TimerWheel.TickMilliseconds;

    private readonly TimerWheel _wheel = new();
    private readonly List<WheelTimer> _due = [];

    [Fact]
    public void DeadlineAhead_FiresWithinATickAndNotBefore()
    {
        var timer = new Timer();
        _wheel.Arm(timer, 100);

        _wheel.Expire(99, _due);
        Assert.Empty(_due);
        _wheel.Expire(100 + Tick, _due);

        Assert.Same(timer, Assert.Single(_due));
    }

    [Fact]
    public void Cancelled_NeverFires()
    {
        var timer = new Timer();
        _wheel.Arm(timer, 100);
        _wheel.Cancel(timer);
        _wheel.Cancel(timer);

        _wheel.Expire(10_000, _due);

        Assert.Empty(_due);
    }

    [Fact]
    public void ArmedAgain_FiresAtTheNewTimeOnly()
    {
        var timer = new Timer();
        _wheel.Arm(timer, 100);
        _wheel.Arm(timer, 300);

        _wheel.Expire(299, _due);
        Assert.Empty(_due);
        _wheel.Expire(300 + Tick, _due);

        Assert.Single(_due);
    }

    [Fact]
    public void BeyondOneTurnOfTheWheel_WaitsForItsTurn()
    {
        var timer = new Timer();
        _wheel.Arm(timer, 60_000);
        for (long now = 0; now < 60_000; now += 500)
        {
            _wheel.Expire(now, _due);
        }

        Assert.Empty(_due);
        _wheel.Expire(60_000 + Tick, _due);
        Assert.Single(_due);
    }

    [Fact]
    public void ReactorSleepsBeyondTheDeadline_ArmingAsksForAWakeUp()
    {
        _wheel.Expire(0, _due);
        Assert.Equal(-1, _wheel.SleepFrom(0));
        Assert.True(_wheel.Arm(new Timer(), 100));
        Assert.InRange(_wheel.SleepFrom(0), 0, 100 + Tick);
    }

    [Fact]
    public void ThousandsOfRandomTimers_FireAsInASimpleModel()
    {
        var random = new Random(7);
        var timers = Enumerable.Range(0, 5_000).Select(_ => new Timer()).ToArray();
        var model = new Dictionary<WheelTimer, long>();
        for (long now = 0; now < 20_000; now += random.Next(1, 40))
        {
            for (var i = 0; i < 20; i++)
            {
                var timer = timers[random.Next(timers.Length)];
                if (random.Next(4) == 0)
                {
                    _wheel.Cancel(timer);
                    model.Remove(timer);
                }
                else
                {
                    model[timer] = now + random.Next(1, 12_000);
                    _wheel.Arm(timer, model[timer]);
                }
            }

            _due.Clear();
            _wheel.Expire(now, _due);
            Assert.All(_due, timer => Assert.True(model.Remove(timer, out var deadline) && deadline <= now));
            Assert.DoesNotContain(model.Values, deadline => deadline <= now - (2 * Tick));
            Assert.InRange(_wheel.SleepFrom(now), 0, Math.Max(0, model.Values.DefaultIfEmpty(now).Min() - now) + (2 * Tick));
        }
    }

    private sealed class Timer : WheelTimer
    {
        internal override void OnTimeout()
        {
        }
    }
}
