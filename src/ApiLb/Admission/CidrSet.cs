using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using ApiLb.Transport;

namespace ApiLb.Admission;

/// <summary>
/// Networks of both families, asked in O(log n) without allocation. IPv4 clients are matched by IPv4 networks only, also when
/// they came through a dual-stack socket: <c>::/0</c> is every IPv6 client and no other. Immutable.
/// </summary>
internal sealed class CidrSet
{
    private readonly RangeSet<uint> _ipv4;
    private readonly RangeSet<UInt128> _ipv6;

    public CidrSet(IReadOnlyList<IPNetwork> networks)
    {
        IsEmpty = networks.Count == 0;
        _ipv4 = new RangeSet<uint>(networks.Where(IsIpv4).Select(Ipv4RangeOf));
        _ipv6 = new RangeSet<UInt128>(networks.Where(n => !IsIpv4(n)).Select(Ipv6RangeOf));
    }

    public bool IsEmpty { get; }

    /// <summary>Never true for a client of a unix socket, which has no address.</summary>
    public bool Contains(in ClientAddress client) =>
        client.IsIpv4 ? _ipv4.Contains((uint)client.Low)
        : !client.IsUnix && _ipv6.Contains(new UInt128(client.High, client.Low));

    private static bool IsIpv4(IPNetwork network) => network.BaseAddress.AddressFamily == AddressFamily.InterNetwork;

    private static (uint First, uint Last) Ipv4RangeOf(IPNetwork network)
    {
        Span<byte> bytes = stackalloc byte[4];
        network.BaseAddress.TryWriteBytes(bytes, out _);
        var first = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        return (first, first | (network.PrefixLength == 32 ? 0 : uint.MaxValue >> network.PrefixLength));
    }

    private static (UInt128 First, UInt128 Last) Ipv6RangeOf(IPNetwork network)
    {
        Span<byte> bytes = stackalloc byte[16];
        network.BaseAddress.TryWriteBytes(bytes, out _);
        var first = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return (first, first | (network.PrefixLength == 128 ? 0 : UInt128.MaxValue >> network.PrefixLength));
    }
}
