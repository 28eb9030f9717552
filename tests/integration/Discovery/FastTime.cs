namespace ApiLb.IntegrationTests.Discovery;

/// <summary>A clock on which deadlines of seconds are over in fractions of one.</summary>
internal sealed class FastTime(int factor) : TimeProvider
{
    /// <summary>So many times as fast as other clocks. Set anew between two measurements.</summary>
    public int Factor { get; set; } = factor;

    public override long GetTimestamp() => base.GetTimestamp() * Factor;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, dueTime == Timeout.InfiniteTimeSpan ? dueTime : dueTime / Factor, period == Timeout.InfiniteTimeSpan ? period : period / Factor);
}
