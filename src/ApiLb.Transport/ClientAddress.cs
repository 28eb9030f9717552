using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace ApiLb.Transport;

/// <summary>
/// Where a client comes from, or where it connected to, in 24 bytes: kept for every connection, made into objects only when
/// asked for.
/// </summary>
/// <param name="High">The upper half of an IPv6 address; 0 for IPv4 and unix sockets.</param>
/// <param name="Low">The lower half of an IPv6 address, an IPv4 address mapped into it, or 0 for unix sockets.</param>
/// <param name="Scope">The interface of a link-local IPv6 address.</param>
/// <param name="Port">The port; 0 for unix sockets.</param>
internal readonly record struct ClientAddress(ulong High, ulong Low, uint Scope, ushort Port)
{
    private const ulong MappedPrefix = 0x0000_FFFF_0000_0000;
    private const ulong MappedMask = 0xFFFF_FFFF_0000_0000;

    public bool IsUnix => High == 0 && Low == 0;

    public bool IsIpv4 => High == 0 && (Low & MappedMask) == MappedPrefix;

    /// <summary>127.0.0.0/8 or ::1.</summary>
    public bool IsLoopback => High == 0 && (IsIpv4 ? (byte)(Low >> 24) == 127 : Low == 1);

    public static ClientAddress Of(IPEndPoint endPoint)
    {
        Span<byte> bytes = stackalloc byte[16];
        endPoint.Address.MapToIPv6().TryWriteBytes(bytes, out _);
        return new ClientAddress(
            BinaryPrimitives.ReadUInt64BigEndian(bytes),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
            endPoint.AddressFamily == AddressFamily.InterNetworkV6 ? (uint)endPoint.Address.ScopeId : 0,
            (ushort)endPoint.Port);
    }

    public bool IsSameHost(ClientAddress other) => High == other.High && Low == other.Low;

    /// <summary>The address as an object. IPv4 clients of a dual-stack listener are IPv4 here.</summary>
    public IPAddress ToIPAddress()
    {
        if (IsIpv4)
        {
            return new IPAddress(BinaryPrimitives.ReverseEndianness((uint)Low));
        }

        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Low);
        return new IPAddress(bytes, Scope);
    }

    /// <summary>Null for unix sockets.</summary>
    public IPEndPoint? ToEndPoint() => IsUnix ? null : new IPEndPoint(ToIPAddress(), Port);

    public override string ToString() => ToEndPoint()?.ToString() ?? "unix";

    /// <summary>Writes the kernel's form, with port 0. Not for unix sockets.</summary>
    /// <returns>Its length.</returns>
    internal int Encode(Span<byte> address)
    {
        address.Clear();
        if (IsIpv4)
        {
            BitConverter.TryWriteBytes(address, (ushort)Native.AfInet);
            BinaryPrimitives.WriteUInt32BigEndian(address[4..], (uint)Low);
            return SocketAddress.Ipv4Length;
        }

        BitConverter.TryWriteBytes(address, (ushort)Native.AfInet6);
        BinaryPrimitives.WriteUInt64BigEndian(address[8..], High);
        BinaryPrimitives.WriteUInt64BigEndian(address[16..], Low);
        BitConverter.TryWriteBytes(address[24..], Scope);
        return SocketAddress.Ipv6Length;
    }

    internal static ClientAddress FromNative(ReadOnlySpan<byte> address) => SocketAddress.FamilyOf(address) switch
    {
        Native.AfInet => new(
            0, MappedPrefix | BinaryPrimitives.ReadUInt32BigEndian(address[4..]), 0, BinaryPrimitives.ReadUInt16BigEndian(address[2..])),
        Native.AfInet6 => new(
            BinaryPrimitives.ReadUInt64BigEndian(address[8..]),
            BinaryPrimitives.ReadUInt64BigEndian(address[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(address[24..]),
            BinaryPrimitives.ReadUInt16BigEndian(address[2..])),
        _ => default,
    };
}
