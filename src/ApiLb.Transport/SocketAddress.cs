using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ApiLb.Transport;

/// <summary>The kernel's form of an end point (struct sockaddr_in, sockaddr_in6, sockaddr_un).</summary>
internal static class SocketAddress
{
    /// <summary>Room for every family that is used here.</summary>
    public const int MaxLength = 110;

    public const int Ipv4Length = 16;
    public const int Ipv6Length = 28;

    private const int PathOffset = 2;

    /// <exception cref="NotSupportedException">The end point is neither IP nor a unix socket, or its path is too long.</exception>
    public static byte[] Encode(EndPoint endPoint) => endPoint switch
    {
        IPEndPoint { AddressFamily: AddressFamily.InterNetwork } ip => EncodeIpv4(ip),
        IPEndPoint ip => EncodeIpv6(ip),
        UnixDomainSocketEndPoint unix => EncodeUnix(unix),
        _ => throw new NotSupportedException($"Cannot bind or dial {endPoint}: only IP addresses and unix sockets are known."),
    };

    public static EndPoint Decode(ReadOnlySpan<byte> address) => FamilyOf(address) switch
    {
        Native.AfInet => new IPEndPoint(new IPAddress(address.Slice(4, 4)), PortOf(address)),
        Native.AfInet6 => new IPEndPoint(
            new IPAddress(address.Slice(8, 16), BinaryPrimitives.ReadUInt32LittleEndian(address[24..])), PortOf(address)),
        _ => DecodeUnix(address),
    };

    public static int FamilyOf(ReadOnlySpan<byte> address) =>
        address.Length < PathOffset ? Native.AfUnix : BitConverter.ToUInt16(address);

    private static int PortOf(ReadOnlySpan<byte> address) => BinaryPrimitives.ReadUInt16BigEndian(address[2..]);

    private static byte[] EncodeIpv4(IPEndPoint ip)
    {
        var raw = new byte[Ipv4Length];
        BitConverter.TryWriteBytes(raw, (ushort)Native.AfInet);
        BinaryPrimitives.WriteUInt16BigEndian(raw.AsSpan(2), (ushort)ip.Port);
        ip.Address.TryWriteBytes(raw.AsSpan(4), out _);
        return raw;
    }

    private static byte[] EncodeIpv6(IPEndPoint ip)
    {
        var raw = new byte[Ipv6Length];
        BitConverter.TryWriteBytes(raw, (ushort)Native.AfInet6);
        BinaryPrimitives.WriteUInt16BigEndian(raw.AsSpan(2), (ushort)ip.Port);
        ip.Address.TryWriteBytes(raw.AsSpan(8), out _);
        BitConverter.TryWriteBytes(raw.AsSpan(24), (uint)ip.Address.ScopeId);
        return raw;
    }

    private static byte[] EncodeUnix(UnixDomainSocketEndPoint unix)
    {
        var path = Encoding.UTF8.GetBytes(unix.ToString());
        if (path.Length + PathOffset + 1 > MaxLength)
        {
            throw new NotSupportedException($"The path of unix socket {unix} is longer than the kernel's 107 bytes.");
        }

        var raw = new byte[PathOffset + path.Length + 1];
        BitConverter.TryWriteBytes(raw, (ushort)Native.AfUnix);
        path.CopyTo(raw, PathOffset);
        return raw;
    }

    private static UnixDomainSocketEndPoint DecodeUnix(ReadOnlySpan<byte> address)
    {
        var path = address.Length > PathOffset ? Encoding.UTF8.GetString(address[PathOffset..]).TrimEnd('\0') : "";
        return new UnixDomainSocketEndPoint(path.Length == 0 ? "@" : path);
    }
}
