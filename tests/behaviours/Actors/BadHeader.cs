using System.Net;

namespace ApiLb.BehaviourTests.Actors;

/// <summary>A PROXY header that no receiver may take.</summary>
/// <param name="What">What is wrong with it.</param>
/// <param name="Cause">ApiLb's word for that.</param>
/// <param name="Bytes">All that the client sends.</param>
/// <param name="Stays">The client sends nothing more, but keeps its end open.</param>
internal sealed record BadHeader(string What, string Cause, byte[] Bytes, bool Stays = false)
{
    private const string Line = "PROXY TCP4 203.0.113.7 203.0.113.99 40001 6443";
    private const string TooLong = "too_long";
    private const string BadAddress = "bad_address";
    private const string BadTlv = "bad_tlv";
    private const string Unknown = "unknown";

    private static readonly IPEndPoint Client = new(IPAddress.Parse("203.0.113.7"), 40001);
    private static readonly IPEndPoint Target = new(IPAddress.Parse("203.0.113.99"), 6443);

    public static IReadOnlyList<BadHeader> All { get; } =
    [
        Text("109 bytes", TooLong, "PROXY UNKNOWN " + new string('x', 93) + "\r\n"),
        Text("200 bytes without an end", TooLong, "PROXY UNKNOWN " + new string('x', 186)) with { Stays = true },
        Text("no CRLF, and the end", "cut", Line),
        Text("no CRLF, and silence", "late", Line) with { Stays = true },
        Text("LF alone", BadAddress, Line + "\nhello"),
        Text("no IPv4 address", BadAddress, "PROXY TCP4 999.1.1.1 203.0.113.99 40001 6443\r\nhello"),
        Text("an IPv6 address for TCP4", BadAddress, "PROXY TCP4 2001:db8::7 2001:db8::99 40001 6443\r\nhello"),
        Text("one port only", BadAddress, "PROXY TCP4 203.0.113.7 203.0.113.99 40001\r\nhello"),
        Text("port 65536", BadAddress, "PROXY TCP4 203.0.113.7 203.0.113.99 65536 6443\r\nhello"),
        Text("family TCP5", Unknown, "PROXY TCP5 203.0.113.7 203.0.113.99 40001 6443\r\nhello"),
        Text("no header", "not_proxy", "GET / HTTP/1.1\r\n\r\n"),
        new("version 3", Unknown, ProxyHeader.Raw(0x31, 0x11, new byte[12])),
        new("command 15", Unknown, ProxyHeader.Raw(0x2F, 0x11, new byte[12])),
        new("family 4", Unknown, ProxyHeader.Raw(0x21, 0x41, new byte[12])),
        new("protocol 3", Unknown, ProxyHeader.Raw(0x21, 0x13, new byte[12])),
        new("length 0", BadAddress, ProxyHeader.Raw(0x21, 0x11, [])),
        new("length 12 for IPv6", BadAddress, ProxyHeader.Raw(0x21, 0x21, new byte[12])),
        new("length 65535", TooLong, ProxyHeader.Raw(0x21, 0x11, new byte[12], length: 65535)) { Stays = true },
        new("a TLV longer than the header", BadTlv, ProxyHeader.V2(Client, Target, 0x04, 0, 200, 0)),
        new("a TLV of two bytes", BadTlv, ProxyHeader.V2(Client, Target, 0x04, 0)),
        new("half of a header", "cut", ProxyHeader.V2(Client, Target)[..20]),
    ];

    /// <summary>Headers, right and wrong ones, with a few bytes changed, left out or put in.</summary>
    /// <param name="count">How many.</param>
    public static IEnumerable<byte[]> Damaged(int count)
    {
        Random random = new(58); // The same in every run.
        byte[][] bases = [.. All.Select(bad => bad.Bytes), ProxyHeader.V1(Line), ProxyHeader.V2(Client, Target, 0x04, 0, 3, 0, 0, 0)];
        for (var i = 0; i < count; i++)
        {
            List<byte> bytes = [.. bases[random.Next(bases.Length)]];
            for (var changes = random.Next(1, 5); changes > 0 && bytes.Count > 0; changes--)
            {
                var at = random.Next(bytes.Count);
                switch (random.Next(4))
                {
                    case 0:
                        bytes.RemoveAt(at);
                        break;
                    case 1:
                        bytes.Insert(at, (byte)random.Next(256));
                        break;
                    case 2:
                        bytes.RemoveRange(at, bytes.Count - at);
                        break;
                    default:
                        bytes[at] ^= (byte)(1 << random.Next(8));
                        break;
                }
            }

            yield return [.. bytes];
        }
    }

    private static BadHeader Text(string what, string cause, string text) => new(what, cause, System.Text.Encoding.Latin1.GetBytes(text));
}
