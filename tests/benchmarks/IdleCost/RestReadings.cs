namespace ApiLb.Benchmarks.IdleCost;

/// <summary>
/// Readings of one process's memory that differ by what only comes on top and goes again: garbage, and what a compiler works with. The
/// lowest is what the process cannot do without, once several agree on it.
/// </summary>
internal sealed class RestReadings
{
    private const int Agreeing = 4;
    private const int Most = 24;
    private const long ToleranceBytes = 64 * 1024;

    private readonly List<long> _readings = [];

    public long Lowest => _readings.Min();

    /// <summary>Enough readings are within the tolerance of the lowest.</summary>
    public bool IsAgreed => _readings.Count > 0 && _readings.Count(reading => reading - Lowest <= ToleranceBytes) >= Agreeing;

    /// <summary>More readings will not help.</summary>
    public bool IsOver => IsAgreed || _readings.Count >= Most;

    public void Add(long bytes) => _readings.Add(bytes);
}
