using System.Buffers.Binary;

namespace ApiLb.Tcp;

/// <summary>
/// Finds the end of a ClientHello in what a client has sent so far (RFC 8446 sections 4 and 5.1: the message may be spread
/// over several records, and records over several segments). Bounded, allocates nothing, never reads beyond its input.
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
        var needed = MessageHeaderLength;
        var seen = 0;
        var isTyped = false;
        for (var record = 0; record + RecordHeaderLength <= input.Length;)
        {
            var header = input.Slice(record, RecordHeaderLength);
            var payload = BinaryPrimitives.ReadUInt16BigEndian(header[3..]);
            if (header[0] != HandshakeRecord || header[1] != TlsMajorVersion || payload == 0)
            {
                return ClientHelloStatus.NotTls;
            }

            var message = input[(record + RecordHeaderLength)..];
            if (!isTyped && message.Length > 0)
            {
                isTyped = true;
                if (message[0] != ClientHelloMessage)
                {
                    return ClientHelloStatus.NotTls;
                }
            }

            if (needed == MessageHeaderLength && seen == 0)
            {
                if (payload < MessageHeaderLength)
                {
                    // Legal by the letter, sent by nobody: a header split over records would only serve an evader.
                    return ClientHelloStatus.NotTls;
                }

                if (message.Length < MessageHeaderLength)
                {
                    return ClientHelloStatus.Incomplete;
                }

                needed = MessageHeaderLength + ((message[1] << 16) | BinaryPrimitives.ReadUInt16BigEndian(message[2..]));
            }

            seen += payload;
            record += RecordHeaderLength + payload;
            if (record > MaxLength)
            {
                return ClientHelloStatus.TooLarge;
            }

            if (seen >= needed && record <= input.Length)
            {
                length = record;
                return ClientHelloStatus.Complete;
            }
        }

        return StartsLikeTls(input) ? needed > MaxLength ? ClientHelloStatus.TooLarge : ClientHelloStatus.Incomplete : ClientHelloStatus.NotTls;
    }

    private static bool StartsLikeTls(ReadOnlySpan<byte> input) =>
        input.Length == 0 || (input[0] == HandshakeRecord && (input.Length == 1 || input[1] == TlsMajorVersion));
}
