using System.Buffers.Binary;
using System.Net;
using System.Text;
using ApiLb.ProxyProtocol;

namespace ApiLb.Fuzzing;

/// <summary>
/// Mutated PROXY headers against what must hold of every input: the parser does not throw; it answers the same however the
/// input is cut; "incomplete" means that a continuation completes it, which is found; and what the writer writes comes back.
/// </summary>
internal sealed class ProxyHeaderFuzz : IFuzzedParser
{
    private static readonly byte[] Characters = "\n\r .:1PROXYTCUNKW46"u8.ToArray();
    private static readonly byte[] Bytes = [0, 1, 2, 0x20, 216, .. BinaryProxyHeader.Signature];
    private static readonly byte[][] Corpus =
    [
        .. new[]
        {
            "PROXY TCP4 192.0.2.1 198.51.100.255 56324 443\r\n",
            "PROXY TCP4 0.0.0.0 255.255.255.255 0 65535\r\nGET / HTTP/1.1\r\n",
            "PROXY TCP6 2001:db8::1 ::1 56324 443\r\n",
            "PROXY TCP6 1:2:3:4:5:6:7:8 1:2:3:4:5:6:7:: 1 2\r\n",
            "PROXY TCP6 ::ffff:192.0.2.1 ::ffff:c000:201 1 65535\r\n",
            "PROXY UNKNOWN\r\n",
            "PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n",
        }.Select(Encoding.ASCII.GetBytes),
        Binary(0x20, 0x00, []),
        Binary(0x21, 0x00, [1, 2, 3]),
        Binary(0x21, 0x11, [192, 0, 2, 1, 198, 51, 100, 2, 0xDC, 4, 1, 0xBB]),
        Binary(0x21, 0x11, [192, 0, 2, 1, 198, 51, 100, 2, 0xDC, 4, 1, 0xBB, 4, 0, 1, 0, 1, 0, 2, (byte)'h', (byte)'2']),
        Binary(0x21, 0x12, new byte[12]),
        Binary(0x21, 0x21, [.. new byte[36], 0x02, 0, 3, 1, 2, 3]),
        Binary(0x21, 0x31, [.. new byte[216], 0x30, 0, 0]),
    ];

    public string Name => "proxy-header";

    public int NormalInputs => 100_000;

    public void Try(Random random)
    {
        Span<byte> buffer = stackalloc byte[2 * ProxyHeaderParser.MaxLength];
        var length = Mutate(random, buffer);
        try
        {
            _ = CheckCuts(random, buffer[..length]);
            if (random.Next(4) == 0)
            {
                CheckWriter(random, buffer);
            }
        }
        catch (Exception error) when (error is not FuzzFailedException)
        {
            throw FuzzFailedException.Of(error, buffer[..length]);
        }
    }

    /// <summary>Mutates a header and checks what must hold of it.</summary>
    public static ProxyHeaderStatus StatusOfOne(Random random, Span<byte> buffer) => CheckCuts(random, buffer[..Mutate(random, buffer)]);

    /// <summary>Finds bytes that make the beginning of a header a whole one, if there are any.</summary>
    public static bool CanBeCompleted(ReadOnlySpan<byte> beginning)
    {
        Span<byte> buffer = stackalloc byte[ProxyHeaderParser.MaxLength];
        beginning.CopyTo(buffer);
        var length = beginning.Length;
        while (length < buffer.Length)
        {
            var isBinary = length > 0 && buffer[0] == BinaryProxyHeader.Signature[0];
            var status = isBinary && TryZeros(buffer, ref length) ? ProxyHeaderStatus.Complete : TryOne(buffer, ref length, isBinary ? Bytes : Characters);
            if (status != ProxyHeaderStatus.Incomplete)
            {
                return status == ProxyHeaderStatus.Complete;
            }
        }

        return false;
    }

    private static bool TryZeros(Span<byte> buffer, ref int length)
    {
        for (var run = buffer.Length - length; run > 0; run /= 2)
        {
            buffer.Slice(length, run).Clear();
            switch (ProxyHeaderParser.Parse(buffer[..(length + run)], out _, out _))
            {
                case ProxyHeaderStatus.Complete:
                    return true;
                case ProxyHeaderStatus.Incomplete:
                    length += run;
                    return false;
            }
        }

        return false;
    }

    private static ProxyHeaderStatus TryOne(Span<byte> buffer, ref int length, byte[] alphabet)
    {
        foreach (var next in alphabet)
        {
            buffer[length] = next;
            if (ProxyHeaderParser.Parse(buffer[..(length + 1)], out _, out _) is not ProxyHeaderStatus.Invalid and var status)
            {
                length++;
                return status;
            }
        }

        return ProxyHeaderStatus.Invalid;
    }

    private static ProxyHeaderStatus CheckCuts(Random random, ReadOnlySpan<byte> input)
    {
        var status = ProxyHeaderParser.Parse(input, out var whole, out var fault);
        Require(whole.Length <= Math.Min(input.Length, ProxyHeaderParser.MaxLength), input, "the header is longer than the input");
        Require((status == ProxyHeaderStatus.Invalid) == (fault != ProxyHeaderFault.None), input, "invalid without a cause, or a cause without it");
        var decided = ProxyHeaderStatus.Incomplete;
        for (var length = 0; length <= input.Length; length += input.Length > 128 ? random.Next(1, 24) : 1)
        {
            var now = ProxyHeaderParser.Parse(input[..length], out var header, out _);
            Require(decided == ProxyHeaderStatus.Incomplete || now == decided, input, $"another answer after {length} bytes");
            Require(now != ProxyHeaderStatus.Complete || header == whole, input, $"another header after {length} bytes");
            decided = now;
        }

        Require(decided == ProxyHeaderStatus.Incomplete || decided == status, input, "the parts tell something else than the whole");
        Require(status != ProxyHeaderStatus.Incomplete || CanBeCompleted(input), input, "incomplete, but nothing completes it");
        return status;
    }

    private static void CheckWriter(Random random, Span<byte> buffer)
    {
        var (source, destination) = (AnyEndPoint(random), AnyEndPoint(random));
        foreach (var isText in (ReadOnlySpan<bool>)[true, false])
        {
            var length = isText
                ? ProxyHeaderWriter.WriteText(buffer, source, destination)
                : ProxyHeaderWriter.WriteBinary(buffer, source, destination);
            var written = buffer[..length];
            var status = ProxyHeaderParser.Parse(written, out var header, out _);
            Require(status == ProxyHeaderStatus.Complete && header.Length == length, written, "the writer's output is not a header");
            Require(IsSame(source, header.Source!) && IsSame(destination, header.Destination!), written, $"written for {source} and {destination}");
        }
    }

    private static int Mutate(Random random, Span<byte> buffer)
    {
        var original = Corpus[random.Next(Corpus.Length)];
        original.CopyTo(buffer);
        var length = original.Length;
        for (var mutations = random.Next(0, 4); mutations > 0 && length > 0; mutations--)
        {
            var at = random.Next(length);
            switch (random.Next(6))
            {
                case 0:
                    buffer[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    buffer[at] = AnyByte(random);
                    break;
                case 2:
                    buffer[at..length].CopyTo(buffer[(at + 1)..]);
                    buffer[at] = AnyByte(random);
                    length++;
                    break;
                case 3:
                    buffer[(at + 1)..length].CopyTo(buffer[at..]);
                    length--;
                    break;
                case 4:
                    length = at;
                    break;
                default:
                    var tail = Corpus[random.Next(Corpus.Length)];
                    tail = tail[random.Next(tail.Length)..];
                    tail.CopyTo(buffer[at..]);
                    length = at + tail.Length;
                    break;
            }
        }

        return length;
    }

    private static byte AnyByte(Random random) => random.Next(3) switch
    {
        0 => Characters[random.Next(Characters.Length)],
        1 => (byte)"0123456789abcdefABCDEF:. "[random.Next(25)],
        _ => (byte)random.Next(256),
    };

    private static IPEndPoint AnyEndPoint(Random random)
    {
        Span<byte> address = stackalloc byte[random.Next(2) == 0 ? 4 : 16];
        random.NextBytes(address);
        for (var zeros = random.Next(0, address.Length); zeros > 0; zeros--)
        {
            address[random.Next(address.Length)] = 0;
        }

        var port = random.Next(ushort.MaxValue + 1);
        return new IPEndPoint(random.Next(4) == 0 ? new IPAddress(address).MapToIPv6() : new IPAddress(address), port);
    }

    private static bool IsSame(IPEndPoint one, IPEndPoint other) =>
        one.Port == other.Port && one.Address.MapToIPv6().Equals(other.Address.MapToIPv6());

    private static byte[] Binary(byte command, byte family, byte[] block)
    {
        byte[] header = [.. BinaryProxyHeader.Signature, command, family, 0, 0, .. block];
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(14), (ushort)block.Length);
        return header;
    }

    private static void Require(bool holds, ReadOnlySpan<byte> input, string otherwise)
    {
        if (!holds)
        {
            throw new FuzzFailedException(otherwise, input);
        }
    }
}
