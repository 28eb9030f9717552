using System.Collections;

namespace ApiLb.Deployment;

/// <summary>
/// What there is now, for those who read it while it changes: each enumeration sees one moment. One writer; any thread reads.
/// </summary>
internal sealed class LiveList<T>(IEnumerable<T> items) : IReadOnlyList<T>
{
    private volatile T[] _items = [.. items];

    public int Count => _items.Length;

    public T this[int index] => _items[index];

    public void Replace(IEnumerable<T> items) => _items = [.. items];

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
