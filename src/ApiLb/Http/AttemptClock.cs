namespace ApiLb.Http;

/// <summary>
/// What an attempt is given up by: a token, and a timer. Both serve one attempt after the other, and the timer is not set anew for
/// each: it fires at a time that was right for an earlier one, and is then set for the attempt of that moment. Thread-safe.
/// </summary>
internal sealed class AttemptClock(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Never = TimeSpan.MaxValue;

    private readonly CancellationTokenSource _abandon = new();
    private ITimer? _timer;
    private BackendAttempt? _attempt;
    private TimeSpan _firesAt = Never;

    /// <summary>What the attempt changes about itself, it changes under this.</summary>
    public Lock Lock { get; } = new();

    /// <summary>Fires when the answer is not to be waited for any longer.</summary>
    public CancellationToken Abandoned => _abandon.Token;

    /// <summary>Serves this attempt from now on.</summary>
    /// <param name="attempt">Whose <see cref="BackendAttempt.Check"/> is called.</param>
    /// <param name="now">A timestamp.</param>
    /// <param name="limit">When at the latest; zero: never.</param>
    public void Begin(BackendAttempt attempt, long now, TimeSpan limit)
    {
        lock (Lock)
        {
            _attempt = attempt;
            WakeAfter(now, limit);
        }
    }

    /// <summary>Looks at the attempt then, at the latest. Under the lock.</summary>
    /// <param name="now">A timestamp.</param>
    /// <param name="limit">Zero: never.</param>
    public void WakeAfter(long now, TimeSpan limit)
    {
        if (limit == TimeSpan.Zero || time.GetElapsedTime(0, now) + limit is var at && at >= _firesAt)
        {
            return;
        }

        _firesAt = at;
        (_timer ??= NewTimer()).Change(limit, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Gives the attempt up. Whoever waits goes on elsewhere: callers may hold a lock.</summary>
    public void Abandon() => _ = _abandon.CancelAsync();

    /// <summary>The attempt has ended.</summary>
    /// <returns>False when the clock cannot serve another one.</returns>
    public bool TryEnd()
    {
        lock (Lock)
        {
            _attempt = null;
        }

        return _abandon.TryReset();
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _abandon.Dispose();
    }

    /// <summary>It outlives the request that happens to be the first to need it.</summary>
    private ITimer NewTimer()
    {
        using (ExecutionContext.SuppressFlow())
        {
            return time.CreateTimer(static state => ((AttemptClock)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnTimer()
    {
        lock (Lock)
        {
            _firesAt = Never;
            if (_attempt is { } attempt)
            {
                var now = time.GetTimestamp();
                WakeAfter(now, attempt.Check(now));
            }
        }
    }
}
