namespace ApiLb.Backends;

/// <summary>
/// How long the last connections of a backend took to their first byte, for percentiles. Written by connections on any thread
/// without a lock: a sample that two of them write at once is one sample less.
/// </summary>
internal sealed class FirstByteSample
{
    /// <summary>Enough for a 99th percentile; 1 KiB for each backend.</summary>
    public const int Size = 256;

    private readonly uint[] _microseconds = new uint[Size];
    private int _count;

    /// <param name="took">From dialling to the first byte; more than an hour counts as an hour.</param>
    public void Record(TimeSpan took)
    {
        var slot = (uint)(Interlocked.Increment(ref _count) - 1) % Size;
        Volatile.Write(ref _microseconds[slot], (uint)Math.Clamp(took.TotalMicroseconds, 0, 3_600_000_000));
    }

    /// <param name="share">0 to 1: 0.99 is the time that 99 of 100 stayed within.</param>
    /// <returns>Null when there was no connection yet.</returns>
    public TimeSpan? Percentile(double share)
    {
        var count = (int)Math.Min((uint)Volatile.Read(ref _count), Size);
        if (count == 0)
        {
            return null;
        }

        var sorted = _microseconds.AsSpan(0, count).ToArray();
        Array.Sort(sorted);
        return TimeSpan.FromMicroseconds(sorted[Math.Clamp((int)Math.Ceiling(share * count) - 1, 0, count - 1)]);
    }
}
