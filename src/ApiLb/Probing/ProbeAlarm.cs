using System.Threading.Channels;

namespace ApiLb.Probing;

/// <summary>
/// Wakes a loop after a time, or at once when rung, but never twice within <see cref="ShortestInterval"/>: clients that keep failing
/// must not become a flood of checks. One waiter; anyone may ring, and the ringer does not run the waiter.
/// </summary>
internal sealed class ProbeAlarm : IDisposable
{
    public static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(50);

    private readonly Channel<bool> _wakes =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private long _lastWake;

    public ProbeAlarm(TimeProvider time)
    {
        _time = time;
        _lastWake = time.GetTimestamp();
        _timer = time.CreateTimer(static self => ((ProbeAlarm)self!).Ring(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Wakes the waiter, or the next one when nobody waits. Cheap: it is called where connections fail.</summary>
    public void Ring() => _wakes.Writer.TryWrite(true);

    public async ValueTask WaitAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        _timer.Change(delay > ShortestInterval ? delay : ShortestInterval, Timeout.InfiniteTimeSpan);
        await _wakes.Reader.ReadAsync(cancellationToken);
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        var early = ShortestInterval - _time.GetElapsedTime(_lastWake);
        if (early > TimeSpan.Zero)
        {
            await Task.Delay(early, _time, cancellationToken);
        }

        _lastWake = _time.GetTimestamp();
    }

    public void Dispose() => _timer.Dispose();
}
