namespace ApiLb.Transport;

/// <summary>
/// Finds the socket of an epoll event. A token is a slot and its generation, so that an event for a closed socket finds
/// nothing. Any thread takes slots; the reactor thread looks up, releases and recycles.
/// </summary>
internal sealed class SlotTable
{
    private const ulong ListenerFlag = 1UL << 63;
    private const int InitialSize = 256;

    private readonly Lock _lock = new();
    private readonly Stack<int> _free = new();
    private readonly List<int> _released = [];
    private volatile ReactorSocket?[] _sockets = new ReactorSocket?[InitialSize];
    private uint[] _generations = new uint[InitialSize];
    private int _used;

    public static ulong ListenerToken(int index) => ListenerFlag | (uint)index;

    public static bool IsListener(ulong token, out int index)
    {
        index = (int)(uint)token;
        return (token & ListenerFlag) != 0;
    }

    public static int SlotOf(ulong token) => (int)(uint)token;

    public void Take(ReactorSocket socket)
    {
        lock (_lock)
        {
            if (!_free.TryPop(out var slot))
            {
                slot = _used++;
                Grow(slot);
            }

            Volatile.Write(ref _sockets[slot], socket);
            socket.Place(((ulong)_generations[slot] << 32) | (uint)slot);
        }
    }

    /// <summary>Gives back a slot that epoll never knew. Any thread.</summary>
    public void Undo(ReactorSocket socket)
    {
        lock (_lock)
        {
            _sockets[socket.Slot] = null;
            _free.Push(socket.Slot);
            socket.Displace();
        }
    }

    /// <summary>One more than the highest slot that was ever taken. A table that is just growing shows its new part a little later.</summary>
    public int Length => Math.Min(Volatile.Read(ref _used), _sockets.Length);

    public ReactorSocket? At(int slot) => Volatile.Read(ref _sockets[slot]);

    public ReactorSocket? Find(ulong token)
    {
        var slot = SlotOf(token);
        var socket = Volatile.Read(ref _sockets[slot]);
        return _generations[slot] == (uint)(token >> 32) ? socket : null;
    }

    /// <summary>Forgets a closed socket. Its slot comes back with <see cref="Recycle"/>.</summary>
    public void Release(ReactorSocket socket)
    {
        lock (_lock)
        {
            _sockets[socket.Slot] = null;
            _generations[socket.Slot] = (_generations[socket.Slot] + 1) & 0x7FFF_FFFF;
            _released.Add(socket.Slot);
        }
    }

    /// <summary>Makes released slots free again; called when no event of the batch can name them any more.</summary>
    public void Recycle()
    {
        if (_released.Count == 0)
        {
            return;
        }

        lock (_lock)
        {
            foreach (var slot in _released)
            {
                _free.Push(slot);
            }

            _released.Clear();
        }
    }

    private void Grow(int slot)
    {
        if (slot < _sockets.Length)
        {
            return;
        }

        var generations = _generations;
        Array.Resize(ref generations, generations.Length * 2);
        Volatile.Write(ref _generations, generations);
        var sockets = _sockets;
        Array.Resize(ref sockets, sockets.Length * 2);
        _sockets = sockets;
    }
}
