using System.Buffers.Binary;
using System.Text;

namespace ApiLb.IntegrationTests.Http.Hostile;

/// <summary>Frames of HTTP/2 as bytes (RFC 9113), right ones and others, and header blocks (RFC 7541) without Huffman coding.</summary>
internal static class Http2Frame
{
    public const byte Data = 0;
    public const byte Headers = 1;
    public const byte Priority = 2;
    public const byte ResetStream = 3;
    public const byte Settings = 4;
    public const byte PushPromise = 5;
    public const byte Ping = 6;
    public const byte GoAway = 7;
    public const byte WindowUpdate = 8;
    public const byte Continuation = 9;
    public const byte Unknown = 0x42;

    public const byte EndStream = 1;
    public const byte EndHeaders = 4;
    public const byte Padded = 8;
    public const byte WithPriority = 32;

    public static byte[] Preface { get; } = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    public static byte[] Of(byte type, byte flags, int stream, params ReadOnlySpan<byte> payload) => OfLength(payload.Length, type, flags, stream, payload);

    /// <summary>Says another length than the payload's.</summary>
    public static byte[] OfLength(int length, byte type, byte flags, int stream, params ReadOnlySpan<byte> payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, length << 8);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(9));
        return frame;
    }

    public static byte[] Setting(ushort name, uint value)
    {
        var payload = new byte[6];
        BinaryPrimitives.WriteUInt16BigEndian(payload, name);
        BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(2), value);
        return Of(Settings, 0, 0, payload);
    }

    public static byte[] Number(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    /// <summary>A whole request without a body.</summary>
    public static byte[] Get(int stream, params ReadOnlySpan<byte> more) => Of(Headers, EndStream | EndHeaders, stream, [.. Fields("GET"), .. more]);

    /// <summary>A request whose body is still to come.</summary>
    public static byte[] Post(int stream, params ReadOnlySpan<byte> more) => Of(Headers, EndHeaders, stream, [.. Fields("POST"), .. more]);

    /// <summary>What every request has.</summary>
    public static byte[] Fields(string method) =>
        [.. Field(":method", method), .. Field(":scheme", "https"), .. Field(":path", "/one"), .. Field(":authority", "a.example")];

    /// <summary>One header, as a literal that is not kept.</summary>
    public static byte[] Field(string name, string value) => [0, .. Text(name), .. Text(value)];

    /// <summary>One header, as a literal that is kept in the dynamic table.</summary>
    public static byte[] KeptField(string name, string value) => [0x40, .. Text(name), .. Text(value)];

    public static byte[] Repeat(int times, byte[] bytes) => [.. Enumerable.Repeat(bytes, times).SelectMany(b => b)];

    /// <summary>An integer with a prefix of seven bits (RFC 7541 5.1), and so many characters.</summary>
    private static byte[] Text(string text)
    {
        List<byte> bytes = [];
        if (text.Length < 127)
        {
            bytes.Add((byte)text.Length);
        }
        else
        {
            bytes.Add(127);
            var rest = text.Length - 127;
            for (; rest >= 128; rest /= 128)
            {
                bytes.Add((byte)(rest % 128 | 128));
            }

            bytes.Add((byte)rest);
        }

        return [.. bytes, .. Encoding.Latin1.GetBytes(text)];
    }
}
