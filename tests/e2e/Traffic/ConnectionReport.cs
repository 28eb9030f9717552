using System.Globalization;

namespace ApiLb.EndToEndTests.Traffic;

/// <summary>What happened to the new connections of a <see cref="ConnectionLoad"/>.</summary>
/// <param name="results">Each of them.</param>
/// <param name="lateness">By how much the load itself was late at worst: beyond some ten milliseconds, times say little about the balancer.</param>
internal sealed class ConnectionReport(IReadOnlyCollection<ConnectionResult> results, TimeSpan lateness = default)
{
    // What broke after its first byte is counted, not timed: its client waits for its own deadline.
    private readonly TimeSpan[] _times =
        [.. results.Where(result => result.Outcome != ConnectionOutcome.FailedAfterFirstByte).Select(result => result.Elapsed).Order()];

    public int Total => results.Count;

    /// <summary>Neither served nor excused: no answer, or one that says "not ready".</summary>
    public int Failed => NotReached + Count(ConnectionOutcome.Rejected);

    public int FailedAfterFirstByte => Count(ConnectionOutcome.FailedAfterFirstByte);

    public TimeSpan Lateness => lateness;

    public TimeSpan P99 => Percentile(99);

    public TimeSpan Slowest => _times.Length == 0 ? TimeSpan.Zero : _times[^1];

    public IReadOnlySet<string> Servers => results.Select(result => result.Server).OfType<string>().ToHashSet(StringComparer.Ordinal);

    public override string ToString()
    {
        var shares = results.GroupBy(result => result.Server ?? "none").OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => $"{group.Key} {group.Count()}");
        var failures = results.Where(result => result.Outcome != ConnectionOutcome.Served)
            .GroupBy(result => $"{result.Outcome}: {result.Detail}").Select(group => $"\n    {group.Count()} x {group.Key} (slowest {Milliseconds(group.Max(result => result.Elapsed))})");
        return $"{Total} new connections: {Failed} failed, {FailedAfterFirstByte} failed after the first byte, "
            + $"slowest {Milliseconds(Slowest)}, p50 {Milliseconds(Percentile(50))}, p99 {Milliseconds(P99)}; opened at most {Milliseconds(lateness)} late; served by {string.Join(", ", shares)}"
            + string.Concat(failures);
    }

    public int Hung => Count(ConnectionOutcome.Hung);

    /// <summary>The answers that were not success, in words, and how many of each.</summary>
    public IReadOnlyDictionary<string, int> Rejections =>
        results.Where(result => result.Outcome == ConnectionOutcome.Rejected).CountBy(result => result.Detail).ToDictionary();

    /// <summary>Refused, reset, closed or silent before any byte of an apiserver: the balancer's to prevent.</summary>
    public int NotReached => Count(ConnectionOutcome.FailedBeforeFirstByte);

    public int SlowerThan(TimeSpan limit) => _times.Count(time => time > limit);

    private static string Milliseconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:F0} ms");

    private TimeSpan Percentile(int percent) => _times.Length == 0 ? TimeSpan.Zero : _times[(_times.Length - 1) * percent / 100];

    private int Count(ConnectionOutcome outcome) => results.Count(result => result.Outcome == outcome);
}
