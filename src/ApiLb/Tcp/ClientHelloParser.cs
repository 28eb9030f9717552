namespace ApiLb.Tcp;

/// <summary>
/// Reads what a balancer wants to know from a ClientHello (RFC 8446 4.1.2), in one pass. Bounded, allocates nothing, throws
/// nothing. It refuses no malformed message, which is the backend's to answer with an alert; it only believes nothing in it.
/// Extensions that it does not know, GREASE (RFC 8701) among them, are skipped.
/// </summary>
internal static class ClientHelloParser
{
    private const int VersionAndRandomLength = 2 + 32;
    private const int ServerNameExtension = 0;
    private const int ProtocolsExtension = 16;
    private const int EarlyDataExtension = 42;
    private const int HostNameType = 0;
    private const int LongestLabel = 63;

    /// <param name="input">What the client has sent so far.</param>
    /// <param name="hello">What is in it, once it is complete; else default.</param>
    public static ClientHelloStatus Parse(ReadOnlySpan<byte> input, out ClientHello hello)
    {
        var status = ClientHelloScanner.Scan(input, out var length);
        hello = status == ClientHelloStatus.Complete ? Read(input[..length]) : default;
        return status;
    }

    private static ClientHello Read(ReadOnlySpan<byte> flight)
    {
        var cursor = new HandshakeCursor(flight);
        cursor.Skip(1);
        var length = cursor.ReadUInt24();
        cursor.End = cursor.Position + length;
        cursor.Skip(VersionAndRandomLength);
        cursor.Skip(cursor.ReadByte()); // legacy_session_id
        cursor.Skip(cursor.ReadUInt16()); // cipher_suites
        cursor.Skip(cursor.ReadByte()); // legacy_compression_methods
        var hello = new ClientHello { Length = flight.Length, MayBeReplayed = true };
        if (cursor.IsBroken || cursor.IsAtEnd)
        {
            // Clients before TLS 1.2 may send no extensions at all.
            return hello with { MayBeReplayed = !cursor.IsBroken };
        }

        return ReadExtensions(ref cursor, ref hello) ? hello : new ClientHello { Length = flight.Length };
    }

    /// <returns>False when they are malformed, or one that is read is there twice, which no RFC allows.</returns>
    private static bool ReadExtensions(ref HandshakeCursor cursor, ref ClientHello hello)
    {
        var length = cursor.ReadUInt16();
        var end = cursor.Position + length;
        if (end != cursor.End)
        {
            return false;
        }

        bool hasServerName = false, hasProtocols = false;
        while (!cursor.IsAtEnd)
        {
            var type = cursor.ReadUInt16();
            length = cursor.ReadUInt16();
            cursor.End = cursor.Position + length;
            switch (type)
            {
                case ServerNameExtension when hasServerName:
                case ProtocolsExtension when hasProtocols:
                    return false;
                case ServerNameExtension:
                    hasServerName = true;
                    hello = hello with { ServerName = ReadServerName(ref cursor) };
                    break;
                case ProtocolsExtension:
                    hasProtocols = true;
                    ReadProtocols(ref cursor, ref hello);
                    break;
                case EarlyDataExtension:
                    hello = hello with { MayBeReplayed = false };
                    break;
            }

            cursor.Leave(end);
        }

        return !cursor.IsBroken;
    }

    private static HelloField ReadServerName(ref HandshakeCursor cursor)
    {
        EnterList(ref cursor);
        var name = default(HelloField);
        var hasName = false;
        do
        {
            var type = cursor.ReadByte();
            var length = cursor.ReadUInt16();
            var end = cursor.Position + length;
            if (type == HostNameType)
            {
                // "MUST NOT contain more than one name of the same name_type" (RFC 6066 3).
                cursor.Require(!hasName);
                hasName = true;
                name = ReadHostName(ref cursor, length);
            }

            cursor.SkipTo(end);
        }
        while (!cursor.IsAtEnd);
        return name;
    }

    /// <summary>Letters, digits, hyphens and underscores in labels; a dot at the end is left out; no IPv4 address.</summary>
    private static HelloField ReadHostName(ref HandshakeCursor cursor, int length)
    {
        var start = cursor.Position;
        if (length > ClientHello.LongestServerName)
        {
            return default;
        }

        var label = 0;
        var isNumber = true;
        for (var i = 0; i < length; i++)
        {
            var c = (char)cursor.ReadByte();
            if (c == '.' && label > 0)
            {
                if (i == length - 1)
                {
                    length--;
                    break;
                }

                label = 0;
                isNumber = true;
            }
            else if ((char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && ++label <= LongestLabel)
            {
                isNumber &= char.IsAsciiDigit(c);
            }
            else
            {
                return default;
            }
        }

        return label > 0 && !isNumber ? new HelloField(start, length) : default;
    }

    private static void ReadProtocols(ref HandshakeCursor cursor, ref ClientHello hello)
    {
        EnterList(ref cursor);
        var field = new HelloField(cursor.Position, cursor.End - cursor.Position);
        var offersHttp2 = false;
        do
        {
            var length = cursor.ReadByte();
            cursor.Require(length > 0);
            var end = cursor.Position + length;
            offersHttp2 |= length == 2 && cursor.ReadByte() == 'h' && cursor.ReadByte() == '2';
            cursor.SkipTo(end);
        }
        while (!cursor.IsAtEnd);
        hello = hello with { Protocols = field, OffersHttp2 = offersHttp2 };
    }

    /// <summary>A list that fills its extension; an empty one breaks whoever reads its first item.</summary>
    private static void EnterList(ref HandshakeCursor cursor)
    {
        var length = cursor.ReadUInt16();
        cursor.Require(cursor.Position + length == cursor.End);
    }
}
