namespace ApiLb.Transport;

/// <summary>
/// One connected socket: the only owner of its descriptor, and what epoll has said about it since.
/// After <see cref="Register"/> it belongs to its reactor thread; before, to whoever made it.
/// </summary>
internal class ReactorSocket(int fd, Reactor reactor) : IReactorWork
{
    private const ulong NoToken = ulong.MaxValue;

    /// <summary>Most first flights at once.</summary>
    private const int DiscardedAtOnce = 2048;

    private int _fd = fd;
    private Traits _traits = Traits.CanWrite;
    private bool _resetsOnClose;

    public Reactor Reactor { get; } = reactor;

    /// <summary>The descriptor; -1 once closed.</summary>
    public int Fd => _fd;

    public bool IsClosed => _fd < 0;

    public bool IsRegistered => Token != NoToken;

    /// <summary>Its place in the reactor's table; -1 while it has none.</summary>
    public int Slot => IsRegistered ? SlotTable.SlotOf(Token) : -1;

    /// <summary>Names the socket in epoll events. The reactor's to write.</summary>
    public ulong Token { get; private set; } = NoToken;

    /// <summary>
    /// Edges of writability are wanted: while connecting, and from the first write that was turned away. A socket is nearly
    /// always writable, so asking from the start would cost every connection a wake-up that says nothing.
    /// </summary>
    public bool WatchesWrites
    {
        get => Has(Traits.WatchesWrites);
        set => Set(Traits.WatchesWrites, value);
    }

    /// <summary>Data or an end may be waiting: no read since the last edge said otherwise.</summary>
    public bool CanRead
    {
        get => Has(Traits.CanRead);
        set => Set(Traits.CanRead, value);
    }

    /// <summary>No write has been turned away since the last edge. Sockets start writable.</summary>
    public bool CanWrite
    {
        get => Has(Traits.CanWrite);
        set => Set(Traits.CanWrite, value);
    }

    /// <summary>
    /// The peer has sent FIN or RST. With edge triggering a short read does not rule this out any more: read to 0 or EAGAIN.
    /// </summary>
    public bool HasPeerFinished => Has(Traits.PeerFinished);

    /// <summary>epoll reported an error or a hang-up of both directions.</summary>
    public bool HasFailed => Has(Traits.Failed);

    /// <summary>It was dialled, and <see cref="KeepAliveSweep"/> has not come to it yet.</summary>
    public bool LacksKeepAlive
    {
        get => Has(Traits.LacksKeepAlive);
        set => Set(Traits.LacksKeepAlive, value);
    }

    /// <summary>
    /// The kernel may have told of a reset already, to a call that could not pass it on: a write that failed, or a splice that had moved
    /// something before. Reading then sees what looks like a FIN.
    /// </summary>
    public bool MayHideReset
    {
        get => Has(Traits.MayHideReset);
        set => Set(Traits.MayHideReset, value);
    }

    /// <summary>Who is told about readiness. Set before <see cref="Register"/>, or on the reactor thread.</summary>
    public IReadyHandler? Handler { get; set; }

    /// <summary>Adds the socket to its reactor's epoll set, once for its life. Any thread.</summary>
    /// <returns>0, or a negated errno.</returns>
    public int Register() => Reactor.Register(this);

    /// <summary>The slot table's to call.</summary>
    public void Place(ulong token) => Token = token;

    /// <summary>The slot table's to call, when epoll did not want the socket.</summary>
    public void Displace() => Token = NoToken;

    /// <summary>Reactor thread only.</summary>
    public void OnEvents(uint events)
    {
        if ((events & (Native.EpollRdHup | Native.EpollHup | Native.EpollErr)) != 0)
        {
            _traits |= Traits.PeerFinished | Traits.CanRead;
            _traits |= (events & (Native.EpollHup | Native.EpollErr)) != 0 ? Traits.Failed : Traits.None;
        }

        _traits |= (events & Native.EpollIn) != 0 ? Traits.CanRead : Traits.None;
        _traits |= (events & Native.EpollOut) != 0 ? Traits.CanWrite : Traits.None;
        Handler?.OnReady(this);
    }

    /// <summary>A write was turned away: be told when the next may succeed. Reactor thread only.</summary>
    public void AwaitWritable()
    {
        CanWrite = false;
        if (!WatchesWrites)
        {
            WatchesWrites = true;
            if (IsRegistered)
            {
                Reactor.Rearm(this);
            }
        }
    }

    /// <summary>Takes bytes out of the kernel's queue that were peeked at and sent on already.</summary>
    public unsafe void Discard(int count)
    {
        // MSG_TRUNC spares the copy on TCP (tcp(7)). A unix stream socket ignores it and copies: the room must be real.
        var scratch = stackalloc byte[DiscardedAtOnce];
        while (count > 0)
        {
            var length = Native.Receive(_fd, scratch, Math.Min(count, DiscardedAtOnce), Native.MsgTrunc);
            if (length <= 0)
            {
                MayHideReset = true;
                return;
            }

            count -= length;
        }
    }

    /// <summary>Closes the descriptor, once. Any thread: a registered socket is closed by its reactor.</summary>
    public void Close()
    {
        if (IsRegistered && !Reactor.IsCurrentThread)
        {
            Reactor.Post(this);
            return;
        }

        var open = Interlocked.Exchange(ref _fd, -1);
        if (open < 0)
        {
            return;
        }

        if (_resetsOnClose)
        {
            _ = Native.SetResetOnClose(open);
        }

        Handler = null;
        if (IsRegistered)
        {
            Reactor.ReleaseSlot(this);
        }

        Native.Close(open);
    }

    /// <summary>Gives the descriptor away: it is the caller's to close. On the reactor thread once it is registered.</summary>
    /// <returns>-1 when it was closed before.</returns>
    public int Release()
    {
        var open = Interlocked.Exchange(ref _fd, -1);
        Handler = null;
        if (open >= 0 && IsRegistered)
        {
            Reactor.Forget(open, this);
        }

        return open;
    }

    /// <summary>Closes with RST: the peer learns that what it has received is not all. Any thread.</summary>
    public void Reset()
    {
        _resetsOnClose = true;
        Close();
    }

    void IReactorWork.Run() => Close();

    private bool Has(Traits trait) => (_traits & trait) != Traits.None;

    private void Set(Traits trait, bool isSo) => _traits = isSo ? _traits | trait : _traits & ~trait;

    /// <summary>All in one byte: there are two sockets for every idle connection.</summary>
    [Flags]
    private enum Traits : byte
    {
        None = 0,
        WatchesWrites = 1,
        CanRead = 2,
        CanWrite = 4,
        PeerFinished = 8,
        Failed = 16,
        LacksKeepAlive = 32,
        MayHideReset = 64,
    }
}
