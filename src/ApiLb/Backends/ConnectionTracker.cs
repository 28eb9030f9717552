namespace ApiLb.Backends;

/// <summary>
/// The established connections of one backend, so that they can be closed when it dies, drains, or has too many.
/// Thread-safe. Connections enter and leave themselves; a connection leaves before its sockets are closed.
/// </summary>
internal sealed class ConnectionTracker
{
    /// <summary>Connections that are asked for their last acknowledgement before it is believed that there was none.</summary>
    private const int AskedForAck = 1024;

    private readonly Lock _lock = new();
    private readonly int[] _byClass = new int[Enum.GetValues<ConnectionClass>().Length];
    private TrackedConnection? _first;
    private CloseReason? _newcomersCloseFor;
    private volatile bool _closesNewcomers;
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Whoever came now would be told to close.</summary>
    public bool ClosesNewcomers => _closesNewcomers;

    /// <summary>How many of them have clients of this kind.</summary>
    public int CountOf(ConnectionClass kind) => Volatile.Read(ref _byClass[(int)kind]);

    public void Add(TrackedConnection connection)
    {
        CloseReason? closeFor;
        lock (_lock)
        {
            closeFor = _newcomersCloseFor;
            connection.Next = _first;
            if (_first is not null)
            {
                _first.Previous = connection;
            }

            _first = connection;
            _count++;
            _byClass[(int)connection.Class]++;
        }

        if (closeFor is { } reason)
        {
            connection.Close(reason);
        }
    }

    /// <summary>From now on whoever comes is told to close, for this: it chose the backend when it still served. Null: no longer.</summary>
    public void CloseNewcomers(CloseReason? reason)
    {
        lock (_lock)
        {
            _newcomersCloseFor = reason;
            _closesNewcomers = reason is not null;
        }
    }

    public void Remove(TrackedConnection connection)
    {
        lock (_lock)
        {
            if (connection.Next is not null)
            {
                connection.Next.Previous = connection.Previous;
            }

            if (connection.Previous is not null)
            {
                connection.Previous.Next = connection.Next;
            }
            else
            {
                _first = connection.Next;
            }

            connection.Next = connection.Previous = null;
            _count--;
            _byClass[(int)connection.Class]--;
        }
    }

    /// <summary>All connections at this moment, the youngest first.</summary>
    public TrackedConnection[] ToArray()
    {
        lock (_lock)
        {
            var all = new TrackedConnection[_count];
            var i = 0;
            for (var connection = _first; connection is not null; connection = connection.Next)
            {
                all[i++] = connection;
            }

            return all;
        }
    }

    /// <summary>The connections that may be moved and have been silent for longest.</summary>
    /// <param name="count">How many at most.</param>
    public IReadOnlyList<TrackedConnection> TakeQuietest(int count)
    {
        List<(TrackedConnection Connection, TimeSpan Silence)> movable = [];
        lock (_lock)
        {
            for (var connection = _first; connection is not null; connection = connection.Next)
            {
                if (connection is { MayMove: true, ClosedFor: null, SinceLastData: { } silence })
                {
                    movable.Add((connection, silence));
                }
            }
        }

        return [.. movable.OrderByDescending(m => m.Silence).Take(count).Select(m => m.Connection)];
    }

    /// <summary>Reads the connections that come first in an order, the first one first.</summary>
    /// <param name="order">Which.</param>
    /// <param name="count">How many at most, at least 1.</param>
    /// <param name="where">Only these.</param>
    public IReadOnlyList<ConnectionReading> Top(ConnectionOrder order, int count, Predicate<ConnectionReading> where)
    {
        var top = new PriorityQueue<(TrackedConnection Connection, ConnectionReading Reading), double>();
        lock (_lock)
        {
            // Under the lock the sockets stay open. Asking one for its silence is a system call: only where it is needed.
            for (var connection = _first; connection is not null; connection = connection.Next)
            {
                var reading = connection.Read();
                if (!where(reading))
                {
                    continue;
                }

                reading = order == ConnectionOrder.Idle ? reading with { Idle = connection.SinceLastData } : reading;
                top.Enqueue((connection, reading), reading.RankIn(order));
                if (top.Count > count)
                {
                    top.Dequeue();
                }
            }

            var sorted = new ConnectionReading[top.Count];
            for (var i = sorted.Length - 1; i >= 0; i--)
            {
                var (connection, reading) = top.Dequeue();
                sorted[i] = order == ConnectionOrder.Idle ? reading : reading with { Idle = connection.SinceLastData };
            }

            return sorted;
        }
    }

    /// <summary>Closes the first connection that this is true of.</summary>
    /// <returns>False when there is none, or it was told to close before.</returns>
    public bool CloseFirst(Predicate<ConnectionReading> which, CloseReason reason)
    {
        lock (_lock)
        {
            var connection = _first;
            while (connection is not null && !which(connection.Read()))
            {
                connection = connection.Next;
            }

            return connection?.Close(reason) == true;
        }
    }

    /// <summary>True when the backend's host has acknowledged or sent something on any of these connections lately.</summary>
    public bool AnyAckWithin(TimeSpan time)
    {
        lock (_lock)
        {
            // Under the lock the sockets stay open: connections leave before they are closed.
            var asked = 0;
            for (var connection = _first; connection is not null && asked < AskedForAck; connection = connection.Next, asked++)
            {
                if (connection.SinceLastAck <= time)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
