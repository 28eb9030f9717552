namespace ApiLb.Backends;

/// <summary>
/// Clients that wait because every usable backend of a pool has as many connections as it may have: first come, first
/// served, and bounded, as a long line only hides that there is too little of something. Thread-safe.
/// </summary>
/// <remarks>
/// A client keeps its place while it looks, as it may find nothing. While a place may be free somebody looks: a freed place calls
/// the first who waits; when all are looking, one of them looks again; and whoever takes a place or leaves calls the next.
/// </remarks>
internal sealed class WaitingLine(int maxLength)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<WaitingClient> _clients = new();
    private int _maxLength = maxLength;
    private int _length;

    /// <summary>Clients in the line now. Newcomers join while there are any, rather than take the next free place.</summary>
    public int Length => Volatile.Read(ref _length);

    /// <summary>Lets so many wait from now on; whoever waits already stays.</summary>
    public void Resize(int length)
    {
        lock (_lock)
        {
            _maxLength = length;
        }
    }

    /// <summary>Joins at the end.</summary>
    /// <returns>False when the line is full.</returns>
    public bool TryJoin(WaitingClient client)
    {
        lock (_lock)
        {
            if (_clients.Count >= _maxLength)
            {
                return false;
            }

            // The first has nobody before it who looks, and a place may have become free before there was anybody to call.
            client.State = _clients.Count == 0 ? WaitingState.MustLookAgain : WaitingState.Looking;
            client.Node = _clients.AddLast(client);
            _length = _clients.Count;
            return true;
        }
    }

    /// <summary>Begins to wait, unless its turn has come meanwhile.</summary>
    /// <returns>False when it must look for a place now; else it will be called.</returns>
    public bool TryWait(WaitingClient client)
    {
        lock (_lock)
        {
            var mayWait = client.State != WaitingState.MustLookAgain;
            client.State = mayWait ? WaitingState.Waiting : WaitingState.Looking;
            return mayWait;
        }
    }

    /// <summary>Leaves, served or not. A turn that it had is the next one's.</summary>
    public void Leave(WaitingClient client)
    {
        lock (_lock)
        {
            if (client.Node is null)
            {
                return;
            }

            _clients.Remove(client.Node);
            client.Node = null;
            _length = _clients.Count;
            if (client.State == WaitingState.Waiting)
            {
                return;
            }
        }

        CallNext();
    }

    /// <summary>A place may be free: calls the first who waits.</summary>
    public void CallNext()
    {
        WaitingClient? next;
        lock (_lock)
        {
            next = FirstThat(WaitingState.Waiting, _clients.First);
            if (next is not null)
            {
                next.State = WaitingState.Looking;
            }
            else if (FirstThat(WaitingState.Looking, _clients.First) is { } looking)
            {
                looking.State = WaitingState.MustLookAgain;
            }
        }

        next?.Call();
    }

    /// <summary>Hands on a turn that this client cannot use: calls the first who waits behind it.</summary>
    public void CallNextBehind(WaitingClient client)
    {
        WaitingClient? next;
        lock (_lock)
        {
            next = FirstThat(WaitingState.Waiting, client.Node?.Next);
            if (next is not null)
            {
                next.State = WaitingState.Looking;
            }
        }

        next?.Call();
    }

    private static WaitingClient? FirstThat(WaitingState state, LinkedListNode<WaitingClient>? from)
    {
        while (from is not null && from.Value.State != state)
        {
            from = from.Next;
        }

        return from?.Value;
    }
}
