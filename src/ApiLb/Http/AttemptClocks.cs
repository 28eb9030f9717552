using System.Collections.Concurrent;

namespace ApiLb.Http;

/// <summary>The clocks that no attempt needs at the moment. Thread-safe.</summary>
internal sealed class AttemptClocks(TimeProvider time)
{
    /// <summary>As many as are at work at once where requests are short; each is half a kilobyte.</summary>
    private const int MostKept = 256;

    private readonly ConcurrentQueue<AttemptClock> _idle = new();
    private int _kept;

    public AttemptClock Take()
    {
        if (!_idle.TryDequeue(out var clock))
        {
            return new AttemptClock(time);
        }

        Interlocked.Decrement(ref _kept);
        return clock;
    }

    /// <summary>Its attempt has ended. Once.</summary>
    public void GiveBack(AttemptClock clock)
    {
        if (!clock.TryEnd() || Volatile.Read(ref _kept) >= MostKept)
        {
            clock.Dispose();
            return;
        }

        Interlocked.Increment(ref _kept);
        _idle.Enqueue(clock);
    }
}
