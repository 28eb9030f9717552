using System.Buffers.Binary;
using System.Net;

namespace ApiLb.ProxyProtocol;

/// <summary>
/// Version 2 of the PROXY header, section 2.2 of the specification: 12 bytes of signature, version and command, family and
/// transport, the length of the rest; then addresses, then TLVs. Allocates nothing but the addresses.
/// </summary>
internal static class BinaryProxyHeader
{
    public const int FixedLength = 16;
    public const byte LocalCommand = 0x20;
    public const byte ProxyCommand = 0x21;
    public const byte Unspecified = 0x00;
    public const byte TcpOverIpv4 = 0x11;
    public const byte TcpOverIpv6 = 0x21;
    public const int Ipv4Length = 12;
    public const int Ipv6Length = 36;

    private const int CommandAt = 12;
    private const int FamilyAt = 13;
    private const int LengthAt = 14;
    private const int UnixLength = 216;
    private const int TlvHeaderLength = 3;

    public static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    public static ProxyHeaderStatus Parse(ReadOnlySpan<byte> input, out ProxyHeader header, out ProxyHeaderFault fault)
    {
        header = default;
        fault = FaultOfFixed(input);
        if (fault != ProxyHeaderFault.None)
        {
            return ProxyHeaderStatus.Invalid;
        }

        if (input.Length < FixedLength)
        {
            return ProxyHeaderStatus.Incomplete;
        }

        var end = FixedLength + BinaryPrimitives.ReadUInt16BigEndian(input[LengthAt..]);
        var isLocal = input[CommandAt] == LocalCommand;
        fault = isLocal ? ProxyHeaderFault.None : FaultOfBlock(input, end);
        if (fault != ProxyHeaderFault.None)
        {
            return ProxyHeaderStatus.Invalid;
        }

        if (input.Length < end)
        {
            return ProxyHeaderStatus.Incomplete;
        }

        header = isLocal ? new ProxyHeader(end, 2) : Read(input, end);
        return ProxyHeaderStatus.Complete;
    }

    /// <summary>Looks at each of the first 16 bytes as soon as it is there, so that no hopeless connection is waited for.</summary>
    private static ProxyHeaderFault FaultOfFixed(ReadOnlySpan<byte> input)
    {
        if (!Signature.StartsWith(input[..Math.Min(input.Length, Signature.Length)]))
        {
            return ProxyHeaderFault.NotProxy;
        }

        if (input.Length > CommandAt && input[CommandAt] is not (LocalCommand or ProxyCommand))
        {
            return ProxyHeaderFault.Unknown;
        }

        if (input.Length > FamilyAt && input[CommandAt] == ProxyCommand && (input[FamilyAt] >> 4 > 3 || (input[FamilyAt] & 0xF) > 2))
        {
            return ProxyHeaderFault.Unknown;
        }

        return ShortestRest(input) > ProxyHeaderParser.MaxLength - FixedLength ? ProxyHeaderFault.TooLong : ProxyHeaderFault.None;
    }

    private static int ShortestRest(ReadOnlySpan<byte> input) => input.Length switch
    {
        <= LengthAt => 0,
        LengthAt + 1 => input[LengthAt] << 8,
        _ => BinaryPrimitives.ReadUInt16BigEndian(input[LengthAt..]),
    };

    /// <summary>The block must hold its family's addresses, and behind them nothing but whole TLVs.</summary>
    private static ProxyHeaderFault FaultOfBlock(ReadOnlySpan<byte> input, int end)
    {
        // "The receiver must ignore" the block of AF_UNSPEC, so nothing can be wrong in it.
        if (AddressesLength(input[FamilyAt]) is not { } length)
        {
            return ProxyHeaderFault.None;
        }

        return FixedLength + length > end ? ProxyHeaderFault.BadAddress
            : AreWholeTlvs(input, FixedLength + length, end) ? ProxyHeaderFault.None
            : ProxyHeaderFault.BadTlv;
    }

    /// <summary>By family (high half); null for AF_UNSPEC.</summary>
    private static int? AddressesLength(byte family) => (family >> 4) switch
    {
        1 => Ipv4Length,
        2 => Ipv6Length,
        3 => UnixLength,
        _ => null,
    };

    /// <summary>True also for the beginning of TLVs, when they can still fit.</summary>
    private static bool AreWholeTlvs(ReadOnlySpan<byte> input, int at, int end)
    {
        while (at < end)
        {
            if (at + TlvHeaderLength > end)
            {
                return false;
            }

            if (input.Length < at + TlvHeaderLength)
            {
                return input.Length < at + 2 || at + TlvHeaderLength + (input[at + 1] << 8) <= end;
            }

            at += TlvHeaderLength + BinaryPrimitives.ReadUInt16BigEndian(input[(at + 1)..]);
        }

        return at == end;
    }

    private static ProxyHeader Read(ReadOnlySpan<byte> input, int length)
    {
        var addresses = input[FixedLength..];
        return input[FamilyAt] switch
        {
            TcpOverIpv4 => new ProxyHeader(length, 2, EndPoint(addresses, 0, 8, 4), EndPoint(addresses, 4, 10, 4)),
            TcpOverIpv6 => new ProxyHeader(length, 2, EndPoint(addresses, 0, 32, 16), EndPoint(addresses, 16, 34, 16)),
            _ => new ProxyHeader(length, 2),
        };
    }

    private static IPEndPoint EndPoint(ReadOnlySpan<byte> addresses, int addressAt, int portAt, int addressLength) =>
        new(new IPAddress(addresses.Slice(addressAt, addressLength)), BinaryPrimitives.ReadUInt16BigEndian(addresses[portAt..]));
}
