using ApiLb.Admin;
using ApiLb.Telemetry;

namespace ApiLb.Upgrade;

/// <summary>
/// What a daemon that was replaced tells the one that serves, once a second, and hears from it. Run it until the last connection
/// has ended.
/// </summary>
/// <param name="succession">Its channel is disposed here.</param>
/// <param name="connections">Those that are left.</param>
/// <param name="time">Its clock.</param>
internal sealed class DrainReport(Succession succession, Func<int> connections, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly long _began = time.GetTimestamp();
    private TimeSpan _deadline = succession.Deadline;

    /// <summary>The end has come nearer: counted from now.</summary>
    public void Shorten(TimeSpan left) => _deadline = TimeSpan.FromTicks(Math.Min(_deadline.Ticks, (time.GetElapsedTime(_began) + left).Ticks));

    /// <summary>Tells until it is told to stop.</summary>
    public async Task TellAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var left = Math.Max(0, (_deadline - time.GetElapsedTime(_began)).TotalSeconds);
            var status = new PredecessorStatus(Environment.ProcessId, ProcessLifetime.Version, connections(), Math.Round(left, 3));
            succession.Channel.Send(new HandoverMessage(HandoverKind.Left) { Predecessor = status });
            await Task.Delay(Interval, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Completes when the daemon that serves stops, and never when it ends otherwise.</summary>
    public async Task StopAskedAsync(CancellationToken cancellation)
    {
        while (await succession.Channel.ReceiveAsync(cancellation) is { } message)
        {
            if (message.Kind == HandoverKind.Stop)
            {
                return;
            }
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellation);
    }

    public void Dispose() => succession.Channel.Dispose();
}
