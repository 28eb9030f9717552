using System.Buffers.Binary;
using System.Text;

namespace ApiLb.Fuzzing;

/// <summary>Writes ClientHellos by hand: what no library would send, too.</summary>
internal sealed class HelloBuilder
{
    public const int ServerNameType = 0;
    public const int ProtocolsType = 16;
    public const int EarlyDataType = 42;

    private readonly List<byte[]> _extensions = [];

    /// <summary>A hello without any extension, as old clients send it.</summary>
    public static byte[] WithoutExtensions => Message(Body());

    /// <summary>As browsers send it: GREASE (RFC 8701) among suites, extensions and protocols.</summary>
    public static HelloBuilder Grease(string serverName) =>
        new HelloBuilder().Extension(0x0A0A, []).ServerName(serverName).Extension(0xFAFA, [0]).Protocols("\u00DA\u00DA", "h2", "http/1.1");

    public HelloBuilder Extension(int type, byte[] content)
    {
        _extensions.Add([.. UInt16(type), .. Vector16(content)]);
        return this;
    }

    public HelloBuilder ServerName(params string[] names) => ServerNames([.. names.Select(name => ((byte)0, Encoding.Latin1.GetBytes(name)))]);

    public HelloBuilder ServerNames(params (byte Type, byte[] Name)[] names) =>
        Extension(ServerNameType, Vector16([.. names.SelectMany(name => (byte[])[name.Type, .. Vector16(name.Name)])]));

    public HelloBuilder Protocols(params string[] names) =>
        Extension(ProtocolsType, Vector16([.. names.SelectMany(name => (byte[])[(byte)name.Length, .. Encoding.Latin1.GetBytes(name)])]));

    public HelloBuilder EarlyData() => Extension(EarlyDataType, []);

    /// <summary>Adds padding (RFC 7685) up to a message of this length.</summary>
    public HelloBuilder PaddedTo(int length) => Extension(21, new byte[length - ToMessage().Length - 4]);

    /// <summary>The handshake message.</summary>
    public byte[] ToMessage() => Message([.. Body(), .. Vector16([.. _extensions.SelectMany(e => e)])]);

    /// <summary>The message in one record.</summary>
    public byte[] ToRecord() => Hello.Record(ToMessage());

    /// <summary>A ClientHello with any body.</summary>
    public static byte[] Message(byte[] body) => [1, (byte)(body.Length >> 16), .. UInt16(body.Length & 0xFFFF), .. body];

    private static byte[] Body() =>
    [
        3, 3, .. new byte[32],
        32, .. new byte[32],
        .. Vector16([0x1A, 0x1A, 0x13, 0x01, 0xC0, 0x2F]),
        1, 0,
    ];

    private static byte[] Vector16(byte[] content) => [.. UInt16(content.Length), .. content];

    private static byte[] UInt16(int value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        return bytes;
    }
}
