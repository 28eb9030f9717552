namespace ApiLb.Transport;

/// <summary>What the kernel knows about one TCP connection, out of struct tcp_info (linux/tcp.h, offsets since Linux 2.6).</summary>
internal static unsafe class KernelView
{
    private const byte Closed = 7; // TCP_CLOSE, the first byte's.
    private const int Retransmits = 2;
    private const int Probes = 3;
    private const int LastDataSent = 44;
    private const int LastDataReceived = 52;
    private const int LastAckReceived = 56;
    private const int Length = 60;

    /// <returns>Null when the socket is not TCP.</returns>
    public static SocketActivity? ReadActivity(int fd)
    {
        var information = stackalloc byte[Length];
        return Native.ReadTcpInfo(fd, information, Length) == Length
            ? new SocketActivity(Shorter(information, LastDataSent, LastDataReceived), SinceAck(information))
            : null;
    }

    /// <returns>Null when the socket is not TCP.</returns>
    public static PeerSilence? ReadSilence(int fd)
    {
        var information = stackalloc byte[Length];
        return Native.ReadTcpInfo(fd, information, Length) == Length
            ? new PeerSilence(SinceAck(information), information[Retransmits], information[Probes])
            : null;
    }

    /// <summary>Whether neither side can say anything more: after a reset, or when both have finished. False when it is not TCP.</summary>
    public static bool IsClosed(int fd)
    {
        byte state;
        return Native.ReadTcpInfo(fd, &state, sizeof(byte)) == sizeof(byte) && state == Closed;
    }

    // In a segment that brings data the fast path does not look at an acknowledgement of nothing new (tcp_rcv_established).
    private static TimeSpan SinceAck(byte* information) => Shorter(information, LastAckReceived, LastDataReceived);

    private static TimeSpan Shorter(byte* information, int one, int other) =>
        TimeSpan.FromMilliseconds(Math.Min(*(uint*)(information + one), *(uint*)(information + other)));
}
