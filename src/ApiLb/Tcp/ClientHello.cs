using System.Text;

namespace ApiLb.Tcp;

/// <summary>
/// What a ClientHello tells a balancer (RFC 8446 4.1.2), as places within the client's first flight: no text is made before
/// somebody wants it. <c>default</c>: nothing is known.
/// </summary>
internal readonly record struct ClientHello
{
    /// <summary>The longest host name (RFC 1035 2.3.4), and room for one.</summary>
    public const int LongestServerName = 255;

    private const int LongestList = 200;

    /// <summary>Bytes of the first flight up to the end of the record in which the ClientHello ends.</summary>
    public int Length { get; init; }

    /// <summary>The host name that the client asks for (RFC 6066 3); none for IP literals and names that are no host names.</summary>
    public HelloField ServerName { get; init; }

    /// <summary>The application protocols that the client offers (RFC 7301): the list without its length.</summary>
    public HelloField Protocols { get; init; }

    /// <summary>The client offers HTTP/2. Clients of exec, attach and port-forward do not: their upgrade needs HTTP/1.1.</summary>
    public bool OffersHttp2 { get; init; }

    /// <summary>
    /// The same bytes may be sent to a second backend. False with <c>early_data</c>, whose requests a second backend would run
    /// again (RFC 8446 8), and when the message is malformed, for then nobody knows what it holds.
    /// </summary>
    public bool MayBeReplayed { get; init; }

    /// <summary>The server name in lower case; empty when there is none.</summary>
    /// <param name="flight">The first flight that this was read from.</param>
    /// <param name="buffer">At least <see cref="LongestServerName"/> characters; the result lies in it.</param>
    public ReadOnlySpan<char> ServerNameIn(ReadOnlySpan<byte> flight, Span<char> buffer)
    {
        var cursor = new HandshakeCursor(flight);
        cursor.Skip(ServerName.Start);
        for (var i = 0; i < ServerName.Length; i++)
        {
            var c = (char)cursor.ReadByte();
            buffer[i] = char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c;
        }

        return buffer[..ServerName.Length];
    }

    /// <summary>The protocols for a log: <c>h2,http/1.1</c>, without GREASE (RFC 8701), unprintable bytes as <c>?</c>.</summary>
    /// <param name="flight">The first flight that this was read from.</param>
    public string ProtocolsIn(ReadOnlySpan<byte> flight)
    {
        var cursor = new HandshakeCursor(flight);
        cursor.Skip(Protocols.Start);
        cursor.End = Protocols.Start + Protocols.Length;
        var list = new StringBuilder();
        while (!cursor.IsAtEnd && list.Length < LongestList)
        {
            Append(list, ref cursor);
        }

        return list.ToString();
    }

    /// <summary>The list of protocols as it came.</summary>
    /// <param name="flight">The first flight that this was read from.</param>
    /// <param name="buffer">At least as long as the list; the result lies in it.</param>
    public ReadOnlySpan<byte> ProtocolBytesIn(ReadOnlySpan<byte> flight, Span<byte> buffer)
    {
        var cursor = new HandshakeCursor(flight);
        cursor.Skip(Protocols.Start);
        for (var i = 0; i < Protocols.Length; i++)
        {
            buffer[i] = cursor.ReadByte();
        }

        return buffer[..Protocols.Length];
    }

    private static void Append(StringBuilder list, ref HandshakeCursor cursor)
    {
        Span<byte> name = stackalloc byte[byte.MaxValue];
        name = name[..cursor.ReadByte()];
        foreach (ref var b in name)
        {
            b = cursor.ReadByte();
        }

        if (name is [var first, var second] && first == second && (first & 0x0F) == 0x0A)
        {
            return;
        }

        _ = list.Length > 0 ? list.Append(',') : list;
        foreach (var b in name)
        {
            list.Append(b is > 0x20 and < 0x7F and not (byte)',' ? (char)b : '?');
        }
    }
}
