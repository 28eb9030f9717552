namespace ApiLb.Transport;

/// <summary>Connections of one reactor that have another owner now. They enter and leave on any thread.</summary>
internal sealed class DetachedSockets
{
    private readonly Lock _lock = new();
    private readonly HashSet<Detachment> _all = [];

    public void Add(Detachment detachment)
    {
        lock (_lock)
        {
            _all.Add(detachment);
        }
    }

    public void Remove(Detachment detachment)
    {
        lock (_lock)
        {
            _all.Remove(detachment);
        }
    }

    public Detachment[] Snapshot()
    {
        lock (_lock)
        {
            return [.. _all];
        }
    }
}
