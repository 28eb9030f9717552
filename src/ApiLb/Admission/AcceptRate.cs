namespace ApiLb.Admission;

/// <summary>
/// A token bucket that holds what one second brings: after a quiet second so many connections may come at one moment.
/// Thread-safe, without a lock: the bucket is one number, the time at which it will be full again (GCRA, ITU-T I.371).
/// </summary>
internal sealed class AcceptRate
{
    private const long Second = 1_000_000_000;

    private readonly TimeProvider _time;
    private readonly double _nanosecondsPerTick;
    private readonly long _startedAt;
    private readonly long _perToken;
    private readonly long _capacity;
    private long _fullAt;

    /// <param name="perSecond">1 to 100,000: beyond, a token's share of a second in whole nanoseconds would be too rough.</param>
    /// <param name="time">Asked for monotonic time only.</param>
    public AcceptRate(int perSecond, TimeProvider time)
    {
        _time = time;
        _nanosecondsPerTick = (double)Second / time.TimestampFrequency;
        _startedAt = time.GetTimestamp();
        _perToken = Second / perSecond;
        _capacity = _perToken * perSecond;
    }

    /// <returns>False when no token is left.</returns>
    public bool TryTake()
    {
        var now = (long)((_time.GetTimestamp() - _startedAt) * _nanosecondsPerTick);
        var fullAt = Volatile.Read(ref _fullAt);
        while (true)
        {
            var next = Math.Max(fullAt, now) + _perToken;
            if (next - now > _capacity)
            {
                return false;
            }

            var seen = Interlocked.CompareExchange(ref _fullAt, next, fullAt);
            if (seen == fullAt)
            {
                return true;
            }

            fullAt = seen;
        }
    }
}
