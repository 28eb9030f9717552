namespace ApiLb.Transport;

/// <summary>
/// One attempt to reach a backend and, if it wins, the connection to it. Made by <see cref="DialRace.Start"/>.
/// Whoever holds it when its race is over closes it.
/// </summary>
internal sealed class BackendConnection : ReactorSocket
{
    private const int NotConnected = -1;

    private int _connectTicks = NotConnected;

    /// <param name="fd">A socket whose handshake has begun, or -1: it could not even begin.</param>
    /// <param name="reactor">The client's.</param>
    /// <param name="startedAt">When dialling began, as a timestamp of the race's clock.</param>
    public BackendConnection(int fd, Reactor reactor, long startedAt)
        : base(fd, reactor)
    {
        StartedAt = startedAt;
        CanWrite = false; // Until its first edge, which is the end of the handshake.
        WatchesWrites = true;
    }

    /// <summary>The caller's object for this backend.</summary>
    public object? Tag { get; init; }

    /// <summary>When dialling began, as a timestamp of the race's clock.</summary>
    public long StartedAt { get; }

    public bool IsConnected => _connectTicks != NotConnected;

    /// <summary>How long the handshake took; zero until it is over.</summary>
    public TimeSpan ConnectTime => new(Math.Max(_connectTicks, 0));

    /// <summary>Bytes of the client's that this backend has been sent: they still wait in the client's queue.</summary>
    public int ClientBytesSent => Math.Max(0, ClientBytesReached);

    /// <summary>How far into the client's bytes the first flight was sent; below zero within the balancer's own, which come first.</summary>
    public int ClientBytesReached { get; set; }

    /// <summary>Its handshake has ended.</summary>
    public void Connected(TimeSpan after) => _connectTicks = (int)Math.Min(after.Ticks, int.MaxValue);

    /// <summary>
    /// What the kernel has lately seen of it; null when it is not TCP. Only while it is open: any thread that keeps its owner
    /// from closing it may ask.
    /// </summary>
    public SocketActivity? ReadActivity() => IsClosed ? null : KernelView.ReadActivity(Fd);
}
