namespace ApiLb.Transport;

/// <summary>
/// One attempt to reach a backend and, if it wins, the connection to it. Made by <see cref="DialRace.Start"/>.
/// Whoever holds it when its race is over closes it.
/// </summary>
internal sealed class BackendConnection
{
    internal BackendConnection(DialTarget target, long startedAt)
    {
        Target = target;
        StartedAt = startedAt;
    }

    public DialTarget Target { get; }

    /// <summary>The caller's object for this backend.</summary>
    public object? Tag { get; init; }

    /// <summary>When dialling began, as a timestamp of the race's clock.</summary>
    public long StartedAt { get; }

    /// <summary>When the handshake ended, as a timestamp of the race's clock; 0 until then.</summary>
    public long ConnectedAt { get; internal set; }

    public bool IsConnected => ConnectedAt != 0;

    /// <summary>
    /// What the kernel has lately seen of it; null when it is not TCP. Only while it is open: any thread that keeps its owner
    /// from closing it may ask.
    /// </summary>
    public SocketActivity? ReadActivity() => Socket is { IsClosed: false } socket ? Native.ReadActivity(socket.Fd) : null;

    internal ReactorSocket? Socket { get; set; }

    /// <summary>Bytes of the first flight that this backend has been sent.</summary>
    internal int FirstFlightSent { get; set; }

    /// <summary>How many bytes at the start of the first flight are the balancer's own.</summary>
    internal int HeaderLength { get; init; }

    /// <summary>Bytes of the client's that this backend has been sent: they still wait in the client's queue.</summary>
    internal int ClientBytesSent => Math.Max(0, FirstFlightSent - HeaderLength);

    /// <summary>Ends the connection: FIN, or RST when data is still unread. Any thread, any number of times.</summary>
    public void Close() => Socket?.Close();

    /// <summary>Ends the connection with RST. Any thread, any number of times.</summary>
    public void Reset() => Socket?.Reset();
}
