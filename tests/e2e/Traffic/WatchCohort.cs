using System.Diagnostics;
using System.Globalization;

namespace ApiLb.EndToEndTests.Traffic;

/// <summary>Watches that had something in common at one moment, which is when this was made, and when each of them ended after it.</summary>
internal sealed class WatchCohort(string description, IReadOnlyList<Watch> watches)
{
    private readonly long _since = Stopwatch.GetTimestamp();

    public int Count => watches.Count;

    /// <summary>For each watch that has ended since: how long after that moment, the first end first.</summary>
    public IReadOnlyList<TimeSpan> Ended =>
        [.. watches.Select(FirstEnd).OfType<long>().Select(end => Stopwatch.GetElapsedTime(_since, end)).Order()];

    /// <summary>Waits until every one has ended.</summary>
    public Task LeaveAsync(TimeSpan deadline)
    {
        return Eventually.HoldsAsync($"{Count} watches {description} have ended", deadline, () =>
            Task.FromResult(Ended.Count == Count ? null : ToString()));
    }

    /// <summary>Waits until every one has ended or so much time has passed since that moment.</summary>
    public async Task FollowAsync(TimeSpan sinceThen)
    {
        try
        {
            await LeaveAsync(sinceThen - Stopwatch.GetElapsedTime(_since));
        }
        catch (TimeoutException)
        {
            // Staying is an outcome too: the caller reads which it was.
        }
    }

    public override string ToString()
    {
        var ended = Ended;
        return ended.Count == 0
            ? $"{Count} watches {description}: none ended"
            : string.Create(CultureInfo.InvariantCulture, $"{Count} watches {description}: {ended.Count} ended, the first after {ended[0].TotalSeconds:F2} s, the last after {ended[^1].TotalSeconds:F2} s");
    }

    private long? FirstEnd(Watch watch) => watch.Ends.Where(end => end >= _since).Select(end => (long?)end).FirstOrDefault();
}
