using System.Diagnostics;
using Xunit;

namespace ApiLb.TransportTests;

/// <summary>Waiting for a condition with a deadline, in place of sleeping.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <summary>Looks until <paramref name="isTrue"/> holds of what it sees; fails with the last thing seen.</summary>
    public static async Task SeesAsync<T>(Func<T> look, Func<T, bool> isTrue, string expected, TimeSpan? deadline = null)
    {
        var started = Stopwatch.GetTimestamp();
        var seen = look();
        while (!isTrue(seen))
        {
            if (Stopwatch.GetElapsedTime(started) > (deadline ?? Deadline))
            {
                Assert.Fail($"expected {expected}; after {deadline ?? Deadline} still saw {seen}");
            }

            await Task.Delay(Interval, TimeProvider.System);
            seen = look();
        }
    }

    /// <summary>Waits until a value has not changed for <paramref name="calm"/>.</summary>
    /// <returns>The value.</returns>
    public static async Task<long> SettlesAsync(Func<long> look, TimeSpan calm)
    {
        var started = Stopwatch.GetTimestamp();
        var (value, since) = (look(), started);
        while (Stopwatch.GetElapsedTime(since) < calm)
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Deadline, $"expected a value that settles; it still changes at {value}");
            await Task.Delay(Interval, TimeProvider.System);
            if (look() is var now && now != value)
            {
                (value, since) = (now, Stopwatch.GetTimestamp());
            }
        }

        return value;
    }

    /// <summary>Looks again and again for a while; every look must hold.</summary>
    public static async Task StaysAsync<T>(TimeSpan window, Func<T> look, Func<T, bool> isTrue, string expected)
    {
        var started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < window)
        {
            var seen = look();
            Assert.True(isTrue(seen), $"expected {expected} for {window}; after {Stopwatch.GetElapsedTime(started)} saw {seen}");
            await Task.Delay(Interval, TimeProvider.System);
        }
    }

    public static Task InTime(this Task task) => task.WaitAsync(Deadline, TimeProvider.System);

    public static Task<T> InTime<T>(this Task<T> task) => task.WaitAsync(Deadline, TimeProvider.System);

    public static Task<T> InTime<T>(this ValueTask<T> task) => task.AsTask().InTime();

    public static Task InTime(this ValueTask task) => task.AsTask().InTime();
}
