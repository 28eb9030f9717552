namespace ApiLb.Transport;

/// <summary>
/// Finds the listening socket of an epoll event. A place is used again at once: an event that is still under way for the one
/// before makes the next one look for clients in vain, and nothing more. Thread-safe.
/// </summary>
internal sealed class ListenerTable
{
    private readonly Lock _lock = new();
    private readonly List<IListenerSocket?> _places = [];

    /// <summary>Places, free ones included.</summary>
    public int Size
    {
        get
        {
            lock (_lock)
            {
                return _places.Count;
            }
        }
    }

    /// <returns>Its place.</returns>
    public int Add(IListenerSocket listener)
    {
        lock (_lock)
        {
            var place = _places.IndexOf(null);
            if (place < 0)
            {
                place = _places.Count;
                _places.Add(null);
            }

            _places[place] = listener;
            return place;
        }
    }

    public void Remove(IListenerSocket listener)
    {
        lock (_lock)
        {
            var place = _places.IndexOf(listener);
            if (place >= 0)
            {
                _places[place] = null;
            }
        }
    }

    /// <returns>Null when it has gone meanwhile.</returns>
    public IListenerSocket? Find(int place)
    {
        lock (_lock)
        {
            return _places[place];
        }
    }
}
