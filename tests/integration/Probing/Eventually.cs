namespace ApiLb.IntegrationTests.Probing;

/// <summary>Waits for a condition with a deadline that says what it saw.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static async Task HoldsAsync(Func<bool> condition, Func<string> seen)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Deadline)
            {
                throw new TimeoutException($"after {Deadline.TotalSeconds} s: {seen()}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }

    /// <summary>Waits until what is observed is this.</summary>
    public static async Task BecomesAsync<T>(T expected, Func<Task<T>> observe, string what)
    {
        var seen = default(T);
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) <= Deadline)
        {
            seen = await observe();
            if (EqualityComparer<T>.Default.Equals(seen, expected))
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }

        throw new TimeoutException($"after {Deadline.TotalSeconds} s: {what} should be {expected}, not {seen}");
    }
}
