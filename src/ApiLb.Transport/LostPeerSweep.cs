namespace ApiLb.Transport;

/// <summary>
/// Ends relays and streams whose client or backend is gone while data for it is under way: the kernel sends no keepalives then, and
/// gives up after a quarter of an hour (tcp(7), tcp_retries2). Looks at a few sockets at a time, all of them once in half of the timeout,
/// so that an idle connection pays two system calls a lap and no memory. Reactor thread only.
/// </summary>
/// <remarks>
/// Not TCP_USER_TIMEOUT, which also cuts a living peer that has stopped reading for that long (docs/decisions/0004).
/// </remarks>
internal sealed class LostPeerSweep(Reactor reactor, TimeSpan timeout) : WheelTimer
{
    /// <summary>About a tenth of a millisecond.</summary>
    private const int Batch = 128;

    private const int LapsPerTimeout = 2;

    private int _next;

    /// <summary>Begins, for as long as the reactor runs.</summary>
    public void Start() => reactor.Arm(this, timeout / LapsPerTimeout);

    internal override void OnTimeout()
    {
        var slots = reactor.Slots;
        for (var end = Math.Min(_next + Batch, slots); _next < end; _next++)
        {
            Look(reactor.SocketAt(_next));
        }

        _next = _next < slots ? _next : 0;
        reactor.Arm(this, timeout / LapsPerTimeout / Math.Max(1, (slots + Batch - 1) / Batch));
    }

    private void Look(ReactorSocket? socket)
    {
        if (socket is { Handler: IPeerWatcher watcher } && KernelView.ReadSilence(socket.Fd) is { } silence && silence.IsLoss(timeout))
        {
            watcher.OnPeerLost(socket);
        }
    }
}
