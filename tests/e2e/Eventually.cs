using System.Diagnostics;

namespace ApiLb.EndToEndTests;

/// <summary>Waits for a condition, never for a time. A deadline that passes says what was seen last.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <param name="condition">What is waited for, in words.</param>
    /// <param name="deadline">How long at most.</param>
    /// <param name="observe">Null when the condition holds, otherwise what was seen instead.</param>
    public static async Task HoldsAsync(string condition, TimeSpan deadline, Func<Task<string?>> observe)
    {
        var started = Stopwatch.GetTimestamp();
        while (await observe() is { } seen)
        {
            if (Stopwatch.GetElapsedTime(started) > deadline)
            {
                throw new TimeoutException($"Not within {deadline}: {condition}. Seen last: {seen}");
            }

            await Task.Delay(Pause, TimeProvider.System);
        }
    }
}
