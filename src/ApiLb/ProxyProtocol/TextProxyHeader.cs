using System.Net;

namespace ApiLb.ProxyProtocol;

/// <summary>
/// Version 1 of the PROXY header, section 2.1 of the specification: <c>PROXY TCP4 source destination port port CRLF</c>, each
/// separated by exactly one space, or <c>PROXY UNKNOWN</c> and whatever up to CRLF. At most 107 bytes.
/// </summary>
internal static class TextProxyHeader
{
    public const int MaxLength = 107;

    private static ReadOnlySpan<byte> LineEnd => "\r\n"u8;

    public static ProxyHeaderStatus Parse(ReadOnlySpan<byte> input, out ProxyHeader header, out ProxyHeaderFault fault)
    {
        var reader = new TextHeaderReader(input[..Math.Min(input.Length, MaxLength)]);
        header = default;
        fault = ProxyHeaderFault.NotProxy;
        if (reader.TryRead("PROXY "u8))
        {
            fault = ProxyHeaderFault.Unknown;
            if (reader.TryRead("UNKNOWN"u8))
            {
                return ParseUnknown(input, reader.Position, out header, out fault);
            }

            var isIpv6 = reader.TryRead("TCP6 "u8);
            if (isIpv6 || reader.TryRead("TCP4 "u8))
            {
                fault = ProxyHeaderFault.BadAddress;
                if (TryReadAddresses(ref reader, isIpv6, out var source, out var destination))
                {
                    header = new ProxyHeader(reader.Position, 1, source, destination);
                    fault = ProxyHeaderFault.None;
                    return ProxyHeaderStatus.Complete;
                }
            }
        }

        if (!reader.HasRunOut)
        {
            return ProxyHeaderStatus.Invalid;
        }

        fault = ProxyHeaderFault.None;
        return ProxyHeaderStatus.Incomplete;
    }

    private static bool TryReadAddresses(ref TextHeaderReader reader, bool isIpv6, out IPEndPoint? source, out IPEndPoint? destination)
    {
        source = null;
        destination = null;
        if (!reader.TryReadAddress(isIpv6, out var sourceAddress) || !reader.TryRead(" "u8)
            || !reader.TryReadAddress(isIpv6, out var destinationAddress) || !reader.TryRead(" "u8)
            || !reader.TryReadNumber(ushort.MaxValue, out var sourcePort) || !reader.TryRead(" "u8)
            || !reader.TryReadNumber(ushort.MaxValue, out var destinationPort) || !reader.TryRead(LineEnd))
        {
            return false;
        }

        source = new IPEndPoint(sourceAddress, sourcePort);
        destination = new IPEndPoint(destinationAddress, destinationPort);
        return true;
    }

    /// <summary>"The receiver must ignore anything presented before the CRLF."</summary>
    private static ProxyHeaderStatus ParseUnknown(ReadOnlySpan<byte> input, int at, out ProxyHeader header, out ProxyHeaderFault fault)
    {
        var rest = input[at..Math.Min(input.Length, MaxLength)];
        var end = rest.IndexOf(LineEnd);
        var isWord = rest.IsEmpty || rest[0] == (byte)' ' || LineEnd.StartsWith(rest[..Math.Min(rest.Length, LineEnd.Length)]);
        header = default;
        fault = ProxyHeaderFault.None;
        if (isWord && end >= 0)
        {
            header = new ProxyHeader(at + end + LineEnd.Length, 1);
            return ProxyHeaderStatus.Complete;
        }

        var shortest = input.Length + (input[^1] == LineEnd[0] ? 1 : LineEnd.Length);
        if (isWord && shortest <= MaxLength)
        {
            return ProxyHeaderStatus.Incomplete;
        }

        fault = isWord ? ProxyHeaderFault.TooLong : ProxyHeaderFault.Unknown;
        return ProxyHeaderStatus.Invalid;
    }
}
