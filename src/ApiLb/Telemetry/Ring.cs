namespace ApiLb.Telemetry;

/// <summary>The last items of something that never ends. Thread-safe; memory is bounded.</summary>
internal sealed class Ring<T>(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Queue<T> _items = new();

    public void Add(T item)
    {
        lock (_lock)
        {
            if (_items.Count == capacity)
            {
                _items.Dequeue();
            }

            _items.Enqueue(item);
        }
    }

    /// <returns>A copy, the oldest first.</returns>
    public T[] ToArray()
    {
        lock (_lock)
        {
            return [.. _items];
        }
    }
}
