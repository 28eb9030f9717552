using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace ApiLb.BehaviourTests.Actors;

/// <summary>PROXY headers, right and wrong ones, as the specification has them.</summary>
internal static class ProxyHeader
{
    private static readonly byte[] Signature = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A];

    public static byte[] V1(string line) => Encoding.ASCII.GetBytes(line + "\r\n");

    /// <param name="source">The client.</param>
    /// <param name="destination">Whom it connected to.</param>
    /// <param name="extensions">TLVs.</param>
    public static byte[] V2(IPEndPoint source, IPEndPoint destination, params byte[] extensions)
    {
        byte[] ports = new byte[4];
        BinaryPrimitives.WriteUInt16BigEndian(ports, (ushort)source.Port);
        BinaryPrimitives.WriteUInt16BigEndian(ports.AsSpan(2), (ushort)destination.Port);
        var addresses = source.Address.GetAddressBytes();
        return Raw(0x21, addresses.Length == 4 ? (byte)0x11 : (byte)0x21, [.. addresses, .. destination.Address.GetAddressBytes(), .. ports, .. extensions]);
    }

    /// <param name="command">Version in the upper half, command in the lower.</param>
    /// <param name="family">Address family and protocol.</param>
    /// <param name="rest">What comes after the length.</param>
    /// <param name="length">The length that is claimed; null: the right one.</param>
    public static byte[] Raw(byte command, byte family, byte[] rest, int? length = null)
    {
        byte[] size = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(size, (ushort)(length ?? rest.Length));
        return [.. Signature, command, family, .. size, .. rest];
    }
}
