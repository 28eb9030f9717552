using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using ApiLb.Configuration.Values;
using ApiLb.Transport;
using Xunit;

namespace ApiLb.UnitTests.Admission;

/// <summary>Clients and networks as tests write them.</summary>
internal static class Source
{
    private const ulong MappedPrefix = 0x0000_FFFF_0000_0000;

    public static ClientAddress Unix => default;

    public static ClientAddress Client(string address, ushort port = 40_000) => Client(IPAddress.Parse(address), port);

    public static ClientAddress Client(IPAddress address, ushort port = 40_000)
    {
        var bytes = address.GetAddressBytes();
        return address.AddressFamily == AddressFamily.InterNetwork
            ? new ClientAddress(0, MappedPrefix | BinaryPrimitives.ReadUInt32BigEndian(bytes), 0, port)
            : new ClientAddress(
                BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(8)), (uint)address.ScopeId, port);
    }

    public static IPNetwork[] Networks(params string[] texts) => [.. texts.Select(Network)];

    private static IPNetwork Network(string text)
    {
        Assert.True(Cidr.Parse(text).TryGet(out var network, out var problem), problem);
        return network;
    }
}
