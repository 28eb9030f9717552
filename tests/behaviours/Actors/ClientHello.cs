using System.Buffers.Binary;
using System.Text;

namespace ApiLb.BehaviourTests.Actors;

/// <summary>ClientHellos as RFC 8446 has them, made by hand.</summary>
internal static class ClientHello
{
    /// <param name="serverName">Null: without that extension.</param>
    /// <param name="grease">With values that nobody knows (RFC 8701).</param>
    /// <param name="padding">Bytes of an extension that only makes it longer.</param>
    public static byte[] Message(string? serverName, bool grease = false, int padding = 0)
    {
        byte[] name = Encoding.ASCII.GetBytes(serverName ?? "");
        List<byte> extensions = [];
        if (grease)
        {
            extensions.AddRange([0x0A, 0x0A, 0, 0]);
        }

        if (serverName is not null)
        {
            extensions.AddRange([0, 0, .. Short(name.Length + 5), .. Short(name.Length + 3), 0, .. Short(name.Length), .. name]);
        }

        extensions.AddRange([0x00, 0x2B, 0, 3, 2, 3, 4]);
        for (var left = padding; left > 0; left -= 60_000)
        {
            var length = Math.Min(left, 60_000);
            extensions.AddRange([0, 21, .. Short(length), .. new byte[length]]);
        }

        byte[] suites = grease ? [0, 4, 0x1A, 0x1A, 0x13, 0x01] : [0, 2, 0x13, 0x01];
        byte[] body = [3, 3, .. new byte[32], 0, .. suites, 1, 0, .. Short(extensions.Count), .. extensions];
        return [1, (byte)(body.Length >> 16), .. Short(body.Length & 0xFFFF), .. body];
    }

    /// <summary>A message in records of at most so many bytes.</summary>
    public static byte[] Records(byte[] message, int size = 16384) => [.. message.Chunk(size).SelectMany(piece => (byte[])[22, 3, 1, .. Short(piece.Length), .. piece])];

    private static byte[] Short(int value)
    {
        byte[] bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        return bytes;
    }
}
