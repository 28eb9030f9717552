using System.Buffers.Binary;
using System.Net.Sockets;

namespace ApiLb.Probing;

/// <summary>What the kernel knows about the other end of a TCP connection: some of its <c>tcp_info</c> (linux/tcp.h).</summary>
/// <param name="Unacknowledged">Segments sent and not acknowledged.</param>
/// <param name="SinceLastAck">How long ago the other kernel acknowledged anything.</param>
/// <param name="RoundTrip">Smoothed round-trip time.</param>
/// <param name="Retransmits">Retransmissions in a row without an acknowledgement.</param>
/// <param name="Probes">Keepalive and window probes in a row without an answer.</param>
internal readonly record struct TcpVitals(uint Unacknowledged, TimeSpan SinceLastAck, TimeSpan RoundTrip, int Retransmits, int Probes)
{
    private const int Tcp = 6;
    private const int TcpInfoOption = 11;

    // Where the kernel has them: its structure only ever grows at the end.
    private const int StateAt = 0;
    private const int RetransmitsAt = 2;
    private const int ProbesAt = 3;
    private const int UnackedAt = 24;
    private const int LastAckReceivedAt = 56;
    private const int RoundTripAt = 68;
    private const int Needed = 72;

    // TCP_ESTABLISHED (linux/tcp_states.h).
    private const int Established = 1;

    /// <summary>Neither side has closed or reset it.</summary>
    public bool IsEstablished { get; init; }

    /// <summary>Null when the socket is closed, or none of TCP.</summary>
    public static TcpVitals? Read(Socket socket)
    {
        Span<byte> raw = stackalloc byte[Needed];
        try
        {
            var length = socket.GetRawSocketOption(Tcp, TcpInfoOption, raw);
            return Parse(raw[..length]);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    /// <summary>Null when it is shorter than what is needed.</summary>
    public static TcpVitals? Parse(ReadOnlySpan<byte> raw) => raw.Length < Needed ? null : new TcpVitals(
        Number(raw, UnackedAt),
        TimeSpan.FromMilliseconds(Number(raw, LastAckReceivedAt)),
        TimeSpan.FromMicroseconds(Number(raw, RoundTripAt)),
        raw[RetransmitsAt],
        raw[ProbesAt])
    {
        IsEstablished = raw[StateAt] == Established,
    };

    private static uint Number(ReadOnlySpan<byte> raw, int at) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(raw[at..]) : BinaryPrimitives.ReadUInt32BigEndian(raw[at..]);
}
