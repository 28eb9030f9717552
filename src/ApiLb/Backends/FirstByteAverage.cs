namespace ApiLb.Backends;

/// <summary>
/// How long a backend has lately taken to its first byte: a moving average over about eight connections. Written by
/// connections on any thread without a lock, as a lost sample does no harm.
/// </summary>
internal sealed class FirstByteAverage
{
    private const int Weight = 8;

    /// <summary>An older average says nothing: a backend that was slow once must be given the chance to show that it is not.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

    private long _average;
    private long _recordedAt = long.MinValue;

    /// <param name="took">From dialling to the first byte.</param>
    /// <param name="now">Monotonic time of the pool.</param>
    public void Record(TimeSpan took, TimeSpan now)
    {
        var average = Recent(now) is { } recent ? recent.Ticks + ((took.Ticks - recent.Ticks) / Weight) : took.Ticks;
        Volatile.Write(ref _average, average);
        Volatile.Write(ref _recordedAt, now.Ticks);
    }

    /// <returns>Null when there was no connection lately.</returns>
    public TimeSpan? Recent(TimeSpan now)
    {
        var at = Volatile.Read(ref _recordedAt);
        return at != long.MinValue && now.Ticks - at <= Fresh.Ticks ? new TimeSpan(Volatile.Read(ref _average)) : null;
    }
}
