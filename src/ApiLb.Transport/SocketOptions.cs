namespace ApiLb.Transport;

/// <summary>
/// What both legs of every connection have in common. Each hop needs its own keepalive: a proxy forwards none. The kernel asks only
/// while nothing is under way; the rest is <see cref="LostPeerSweep"/>'s.
/// Sockets accepted from a listener inherit these from it (tcp(7)), so they cost accepted connections nothing.
/// </summary>
internal static class SocketOptions
{
    public static void ApplyTo(int fd, TcpTransportOptions options)
    {
        DisableDelay(fd);
        KeepAlive(fd, options);
    }

    /// <summary>Small messages are not held back for larger ones (Nagle, RFC 896).</summary>
    public static void DisableDelay(int fd) => _ = Native.SetOption(fd, Native.IpProtoTcp, Native.TcpNoDelay, 1);

    /// <summary>Makes the kernel find out when the peer is gone. It looks for the first time when the idle time has gone by since this call.</summary>
    public static void KeepAlive(int fd, TcpTransportOptions options)
    {
        _ = Native.SetOption(fd, Native.IpProtoTcp, Native.TcpKeepIdle, Seconds(options.KeepAliveIdle));
        _ = Native.SetOption(fd, Native.IpProtoTcp, Native.TcpKeepInterval, Seconds(options.KeepAliveInterval));
        _ = Native.SetOption(fd, Native.IpProtoTcp, Native.TcpKeepCount, options.KeepAliveCount);
        _ = Native.SetOption(fd, Native.SolSocket, Native.SoKeepAlive, 1);
    }

    private static int Seconds(TimeSpan time) => Math.Max(1, (int)time.TotalSeconds);
}
