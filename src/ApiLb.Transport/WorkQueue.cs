namespace ApiLb.Transport;

/// <summary>Work that other threads hand to a reactor. Any thread adds; the reactor takes everything at once.</summary>
internal sealed class WorkQueue
{
    private readonly Lock _lock = new();
    private List<IReactorWork> _incoming = [];
    private List<IReactorWork> _taken = [];

    public void Add(IReactorWork work)
    {
        lock (_lock)
        {
            _incoming.Add(work);
        }
    }

    /// <summary>Everything added so far, in order. Valid until the next call.</summary>
    public List<IReactorWork> TakeAll()
    {
        _taken.Clear();
        if (Volatile.Read(ref _incoming).Count == 0)
        {
            return _taken;
        }

        lock (_lock)
        {
            (_incoming, _taken) = (_taken, _incoming);
        }

        return _taken;
    }
}
