using System.Buffers.Binary;

namespace ApiLb.Tcp;

/// <summary>
/// Finds the end of a ClientHello in what a client has sent so far (RFC 8446 sections 4 and 5.1: the message, its header too,
/// may be spread over several records, and records over several segments). Bounded, allocates nothing, never reads beyond its
/// input. Incomplete means that some continuation is a ClientHello of allowed length.
/// </summary>
internal static class ClientHelloScanner
{
    /// <summary>The longest first flight that is waited for: one full record, its header included.</summary>
    public const int MaxLength = RecordHeaderLength + 16384;

    private const int RecordHeaderLength = 5;
    private const int MessageHeaderLength = 4;
    private const byte HandshakeRecord = 22;
    private const byte TlsMajorVersion = 3;
    private const byte ClientHelloMessage = 1;

    /// <param name="input">What the client has sent so far.</param>
    /// <param name="length">Bytes up to the end of the record in which the ClientHello ends, when it is complete.</param>
    public static ClientHelloStatus Scan(ReadOnlySpan<byte> input, out int length)
    {
        length = 0;
        var record = 0;
        var seen = 0;
        var needed = MessageHeaderLength; // At least: bytes of the length that have not come yet count as zeros.
        while (seen < needed)
        {
            var header = input[record..Math.Min(record + RecordHeaderLength, input.Length)];
            var isHeaderComplete = header.Length == RecordHeaderLength;
            var (least, most) = PayloadOf(header);
            var content = input[(record + header.Length)..];
            var isHandshake = header is [] or [HandshakeRecord] or [HandshakeRecord, TlsMajorVersion, ..];
            if (!isHandshake || most == 0 || !ReadMessageHeader(content[..Math.Min(content.Length, most)], seen, ref needed))
            {
                return ClientHelloStatus.NotTls;
            }

            var payload = Math.Clamp(needed - seen, least, most);
            seen += payload;
            record += RecordHeaderLength + payload;
            if (record + (seen < needed ? RecordHeaderLength + needed - seen : 0) > MaxLength)
            {
                return ClientHelloStatus.TooLarge;
            }

            if (record > input.Length || !isHeaderComplete)
            {
                return ClientHelloStatus.Incomplete;
            }
        }

        length = record;
        return ClientHelloStatus.Complete;
    }

    /// <summary>How many bytes a record announces, as far as its header is there. Empty records are forbidden (RFC 8446 5.1).</summary>
    private static (int Least, int Most) PayloadOf(ReadOnlySpan<byte> header) => header.Length switch
    {
        RecordHeaderLength => (BinaryPrimitives.ReadUInt16BigEndian(header[3..]), BinaryPrimitives.ReadUInt16BigEndian(header[3..])),
        RecordHeaderLength - 1 => (Math.Max(header[3] << 8, 1), (header[3] << 8) | byte.MaxValue),
        _ => (1, ushort.MaxValue),
    };

    /// <summary>Takes what a record has of the message's header, which begins <paramref name="seen"/> bytes before it.</summary>
    /// <returns>False when the message is no ClientHello.</returns>
    private static bool ReadMessageHeader(ReadOnlySpan<byte> content, int seen, ref int needed)
    {
        for (var i = seen; i < MessageHeaderLength && i - seen < content.Length; i++)
        {
            if (i > 0)
            {
                needed += content[i - seen] << (8 * (MessageHeaderLength - 1 - i));
            }
            else if (content[0] != ClientHelloMessage)
            {
                return false;
            }
        }

        return true;
    }
}
