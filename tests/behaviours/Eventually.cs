namespace ApiLb.BehaviourTests;

/// <summary>Waits for a condition with a deadline that says what it saw.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(15);

    public static Task HoldsAsync(Func<bool> condition, Func<string> seen, TimeSpan? deadline = null) =>
        HoldsAsync(() => Task.FromResult(condition()), seen, deadline);

    public static async Task HoldsAsync(Func<Task<bool>> condition, Func<string> seen, TimeSpan? deadline = null)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(began) > (deadline ?? Usual))
            {
                throw new TimeoutException($"after {(deadline ?? Usual).TotalSeconds} s: {seen()}");
            }

            await PauseAsync(10);
        }
    }

    /// <summary>Holds over the whole of this time: for what must not happen.</summary>
    public static async Task StaysAsync(Func<bool> condition, Func<string> seen, TimeSpan duration)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(began) < duration)
        {
            if (!condition())
            {
                throw new InvalidOperationException($"after {TimeProvider.System.GetElapsedTime(began).TotalSeconds:F1} s: {seen()}");
            }

            await PauseAsync(20);
        }
    }

    /// <summary>The time between two things that a stimulus consists of, such as the bytes of a slow client.</summary>
    public static Task PauseAsync(int milliseconds) => Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System);
}
