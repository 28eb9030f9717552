namespace ApiLb.UnitTests;

/// <summary>
/// A clock that only the test moves. Timers fire on the thread that moves it, in order. Its timestamps have an odd frequency, so
/// that code which takes them for ticks fails.
/// </summary>
internal sealed class FakeTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<FakeTimer> _timers = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _waiters = [];
    private TimeSpan _now = TimeSpan.FromHours(1);

    public override long TimestampFrequency => 3_579_545;

    public override long GetTimestamp()
    {
        lock (_lock)
        {
            return (long)(_now.Ticks * (Int128)TimestampFrequency / TimeSpan.TicksPerSecond);
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return DateTimeOffset.UnixEpoch + _now;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Time goes by as usual: each timer fires when it is due, and sees the time at which it was due.</summary>
    public void Advance(TimeSpan by)
    {
        var target = _now + by;
        while (TakeDue(target) is { } timer)
        {
            timer.Fire();
        }

        lock (_lock)
        {
            _now = target;
        }
    }

    /// <summary>The process stands still and wakes up: every timer that fell due meanwhile fires now, and sees how late it is.</summary>
    public void Stall(TimeSpan by)
    {
        lock (_lock)
        {
            _now += by;
        }

        Advance(TimeSpan.Zero);
    }

    /// <summary>Completes as soon as so many timers wait to fire.</summary>
    public async Task TimersArmedAsync(int count)
    {
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiters.Add((count, reached));
            ReleaseWaiters();
        }

        try
        {
            await reached.Task.WaitAsync(TimeSpan.FromSeconds(10), System);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"waited for {count} armed timers, saw {_timers.Count}", e);
        }
    }

    private FakeTimer? TakeDue(TimeSpan target)
    {
        lock (_lock)
        {
            var timer = _timers.Where(t => t.Due <= target).MinBy(t => t.Due);
            if (timer is not null)
            {
                _now = timer.Due > _now ? timer.Due : _now;
                timer.Rearm(_now);
            }

            return timer;
        }
    }

    private void ReleaseWaiters()
    {
        foreach (var waiter in _waiters.Where(w => _timers.Count >= w.Count).ToArray())
        {
            _waiters.Remove(waiter);
            waiter.Reached.TrySetResult();
        }
    }

    private sealed class FakeTimer(FakeTime time, Action fire) : ITimer
    {
        private TimeSpan _period;
        private bool _isDisposed;

        public TimeSpan Due { get; private set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
                _period = period;
                if (dueTime != Timeout.InfiniteTimeSpan && !_isDisposed)
                {
                    Due = time._now + dueTime;
                    time._timers.Add(this);
                    time.ReleaseWaiters();
                }

                return !_isDisposed;
            }
        }

        public void Rearm(TimeSpan now)
        {
            if (_period > TimeSpan.Zero)
            {
                Due = now + _period;
            }
            else
            {
                time._timers.Remove(this);
            }
        }

        public void Dispose()
        {
            lock (time._lock)
            {
                _isDisposed = true;
                time._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
