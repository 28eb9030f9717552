namespace ApiLb.Demo;

/// <summary>The last things that happened. Thread-safe, bounded.</summary>
internal sealed class DemoEvents(TimeProvider time)
{
    private const int Kept = 50;

    private readonly long _start = time.GetTimestamp();
    private readonly Lock _lock = new();
    private readonly Queue<DemoEvent> _events = new();
    private long _dropped;

    /// <summary>Time since the demo started.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_start);

    public void Add(string text, bool isDeed = false)
    {
        lock (_lock)
        {
            _events.Enqueue(new DemoEvent(Elapsed, text, isDeed));
            if (_events.Count > Kept)
            {
                _events.Dequeue();
                _dropped++;
            }
        }
    }

    /// <summary>The newest ones, oldest first.</summary>
    public IReadOnlyList<DemoEvent> Last(int count)
    {
        lock (_lock)
        {
            return [.. _events.TakeLast(count)];
        }
    }

    /// <summary>Those that came after the first <paramref name="seen"/> ones, oldest first.</summary>
    public IReadOnlyList<DemoEvent> After(long seen, out long total)
    {
        lock (_lock)
        {
            total = _dropped + _events.Count;
            return [.. _events.TakeLast((int)Math.Min(total - seen, Kept))];
        }
    }
}
