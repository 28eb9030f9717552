using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Unicode;

namespace ApiLb.ProxyProtocol;

/// <summary>
/// Writes the header with which ApiLb tells a backend whom it speaks for. Without TLVs: backends that need SNI or ALPN see them
/// in the ClientHello, which follows unopened.
/// </summary>
internal static class ProxyHeaderWriter
{
    /// <summary>Room for any header that is written.</summary>
    public const int MaxLength = TextProxyHeader.MaxLength;

    /// <summary>
    /// Version 1. Without both addresses <c>UNKNOWN</c>: the backend goes by the connection's own. One address of each family:
    /// both as IPv6, IPv4 mapped into it, because a line has one family.
    /// </summary>
    /// <returns>The length.</returns>
    public static int WriteText(Span<byte> buffer, IPEndPoint? source, IPEndPoint? destination)
    {
        if (source is null || destination is null)
        {
            return Encoding.ASCII.GetBytes("PROXY UNKNOWN\r\n", buffer);
        }

        var isIpv4 = IsIpv4(source) && IsIpv4(destination);
        var length = Encoding.ASCII.GetBytes(isIpv4 ? "PROXY TCP4 " : "PROXY TCP6 ", buffer);
        length += WriteAddress(buffer[length..], source, isIpv4);
        length += WriteAddress(buffer[length..], destination, isIpv4);
        Utf8.TryWrite(buffer[length..], CultureInfo.InvariantCulture, $"{source.Port} {destination.Port}\r\n", out var portsLength);
        return length + portsLength;
    }

    /// <summary>
    /// Version 2. Without both addresses LOCAL, which every receiver must accept, rather than PROXY without a family, which it
    /// may refuse (section 2.2). Families that differ: as in version 1.
    /// </summary>
    /// <returns>The length.</returns>
    public static int WriteBinary(Span<byte> buffer, IPEndPoint? source, IPEndPoint? destination)
    {
        BinaryProxyHeader.Signature.CopyTo(buffer);
        var fields = buffer[BinaryProxyHeader.Signature.Length..];
        if (source is null || destination is null)
        {
            fields[0] = BinaryProxyHeader.LocalCommand;
            fields[1] = BinaryProxyHeader.Unspecified;
            BinaryPrimitives.WriteUInt16BigEndian(fields[2..], 0);
            return BinaryProxyHeader.FixedLength;
        }

        var isIpv4 = IsIpv4(source) && IsIpv4(destination);
        var length = isIpv4 ? BinaryProxyHeader.Ipv4Length : BinaryProxyHeader.Ipv6Length;
        fields[0] = BinaryProxyHeader.ProxyCommand;
        fields[1] = isIpv4 ? BinaryProxyHeader.TcpOverIpv4 : BinaryProxyHeader.TcpOverIpv6;
        BinaryPrimitives.WriteUInt16BigEndian(fields[2..], (ushort)length);
        var rest = fields[4..];
        Address(source, isIpv4).TryWriteBytes(rest, out var addressLength);
        Address(destination, isIpv4).TryWriteBytes(rest[addressLength..], out _);
        BinaryPrimitives.WriteUInt16BigEndian(rest[(2 * addressLength)..], (ushort)source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(rest[((2 * addressLength) + 2)..], (ushort)destination.Port);
        return BinaryProxyHeader.FixedLength + length;
    }

    private static bool IsIpv4(IPEndPoint endPoint) =>
        endPoint.AddressFamily == AddressFamily.InterNetwork || endPoint.Address.IsIPv4MappedToIPv6;

    private static IPAddress Address(IPEndPoint endPoint, bool isIpv4) =>
        isIpv4 ? endPoint.Address.MapToIPv4() : endPoint.Address.MapToIPv6();

    /// <summary>
    /// An address and a space. IPv6 as eight groups: the short forms of .NET show some addresses with dots (ISATAP, mapped),
    /// which section 2.1 does not allow.
    /// </summary>
    private static int WriteAddress(Span<byte> buffer, IPEndPoint endPoint, bool isIpv4)
    {
        var address = Address(endPoint, isIpv4);
        int length;
        if (isIpv4)
        {
            Utf8.TryWrite(buffer, CultureInfo.InvariantCulture, $"{address} ", out length);
            return length;
        }

        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        length = 0;
        for (var i = 0; i < bytes.Length; i += 2)
        {
            var group = BinaryPrimitives.ReadUInt16BigEndian(bytes[i..]);
            Utf8.TryWrite(buffer[length..], CultureInfo.InvariantCulture, $"{group:x}{(i < 14 ? ':' : ' ')}", out var written);
            length += written;
        }

        return length;
    }
}
