namespace ApiLb.Probing;

/// <summary>
/// The deadline of one check, in time that ApiLb really ran: it advances in steps, and a step that comes far too late (SIGSTOP, a
/// starved CPU, a long collection) is granted again. So a check is not failed because its checker slept.
/// </summary>
internal sealed class ProbeDeadline : IDisposable
{
    /// <summary>A timer this much late means that ApiLb was stalled; less is a busy machine.</summary>
    public static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(500);

    private const int Steps = 8;
    private static readonly TimeSpan ShortestStep = TimeSpan.FromMilliseconds(1);

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan _step;
    private readonly ITimer _timer;
    private readonly CancellationTokenRegistration _stop;

    // Not disposed: it holds no timer and no handle, and a late step of the timer may still cancel it.
    private readonly CancellationTokenSource _source = new();
    private TimeSpan _left;
    private long _lastSeen;
    private bool _hasStalled;

    public ProbeDeadline(TimeProvider time, TimeSpan timeout, CancellationToken stop)
    {
        _time = time;
        _step = timeout / Steps;
        _left = timeout;
        _lastSeen = time.GetTimestamp();
        _stop = stop.UnsafeRegister(static self => ((ProbeDeadline)self!).Expire(), this);
        _timer = time.CreateTimer(static self => ((ProbeDeadline)self!).Step(), this, _step, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Cancelled when the time is used up, or when probing stops.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Whether ApiLb itself was stalled since the check began. What the check then saw may be of its own making.</summary>
    public bool HasStalled
    {
        get
        {
            lock (_lock)
            {
                Observe();
                return _hasStalled;
            }
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        _stop.Dispose();
    }

    private void Step()
    {
        TimeSpan left;
        lock (_lock)
        {
            Observe();
            left = _left;
        }

        if (left <= TimeSpan.Zero)
        {
            Expire();
        }
        else
        {
            // Changing a disposed timer does nothing: the check has ended meanwhile.
            var next = left < _step ? left : _step;
            _timer.Change(next < ShortestStep ? ShortestStep : next, Timeout.InfiniteTimeSpan);
        }
    }

#pragma warning disable MA0045 // A timer's callback has nobody to await for it, and what it wakes is asynchronous itself.
    private void Expire() => _source.Cancel();
#pragma warning restore MA0045

    private void Observe()
    {
        var gap = _time.GetElapsedTime(_lastSeen);
        _lastSeen = _time.GetTimestamp();
        if (gap > _step + Slack)
        {
            _hasStalled = true;
        }
        else
        {
            _left -= gap;
        }
    }
}
