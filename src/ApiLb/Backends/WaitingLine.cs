namespace ApiLb.Backends;

/// <summary>
/// Clients that wait because every usable backend of a pool has as many connections as it may have: first come, first
/// served, and bounded, as a long line only hides that there is too little of something. Thread-safe.
/// </summary>
internal sealed class WaitingLine(int maxLength)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<IWaitingClient> _clients = new();

    /// <summary>Clients waiting now.</summary>
    public int Length
    {
        get
        {
            lock (_lock)
            {
                return _clients.Count;
            }
        }
    }

    /// <summary>
    /// Joins at the end. Whoever has joined must look once more for a free place: it may have become free just before.
    /// </summary>
    /// <returns>False when the line is full.</returns>
    public bool TryJoin(IWaitingClient client)
    {
        lock (_lock)
        {
            if (_clients.Count >= maxLength)
            {
                return false;
            }

            _clients.AddLast(client);
            return true;
        }
    }

    /// <summary>Leaves before its turn has come. Does nothing when it was called already.</summary>
    /// <returns>False when its turn had come: the place it was called to is somebody else's to take.</returns>
    public bool Leave(IWaitingClient client)
    {
        lock (_lock)
        {
            return _clients.Remove(client);
        }
    }

    /// <summary>A place became free: calls the first in the line.</summary>
    public void CallNext()
    {
        IWaitingClient next;
        lock (_lock)
        {
            if (_clients.First is null)
            {
                return;
            }

            next = _clients.First.Value;
            _clients.RemoveFirst();
        }

        next.Call();
    }
}
