using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace ApiLb.ProxyProtocol;

/// <summary>
/// Reads the words of a version 1 header from left to right. A word that does not match is told from one that has only begun:
/// no byte is read twice, and none that rules a header out is passed over.
/// </summary>
internal ref struct TextHeaderReader(ReadOnlySpan<byte> input)
{
    private const int Ipv6Groups = 8;
    private const int DigitsPerGroup = 4;

    private readonly ReadOnlySpan<byte> _input = input;

    public int Position { get; private set; }

    /// <summary>The input ended within a word that had matched so far.</summary>
    public bool HasRunOut { get; private set; }

    private readonly bool IsAtEnd => Position == _input.Length;

    public bool TryRead(ReadOnlySpan<byte> word)
    {
        var rest = _input[Position..];
        if (rest.StartsWith(word))
        {
            Position += word.Length;
            return true;
        }

        HasRunOut |= word.StartsWith(rest);
        return false;
    }

    /// <summary>A decimal number, without leading zeros as the specification demands; something must follow it.</summary>
    public bool TryReadNumber(int largest, out int number)
    {
        number = 0;
        var start = Position;
        for (; !IsAtEnd && char.IsAsciiDigit((char)_input[Position]); Position++)
        {
            var hasLeadingZero = number == 0 && Position > start;
            number = (number * 10) + _input[Position] - '0';
            if (hasLeadingZero || number > largest)
            {
                return false;
            }
        }

        HasRunOut |= IsAtEnd;
        return Position > start && !IsAtEnd;
    }

    public bool TryReadAddress(bool isIpv6, [NotNullWhen(true)] out IPAddress? address)
    {
        Span<byte> bytes = stackalloc byte[2 * Ipv6Groups];
        bytes.Clear();
        bytes = isIpv6 ? bytes : bytes[..4];
        address = (isIpv6 ? TryReadIpv6(bytes) : TryReadIpv4(bytes)) ? new IPAddress(bytes) : null;
        return address is not null;
    }

    private bool TryReadIpv4(scoped Span<byte> bytes)
    {
        for (var i = 0; i < 4; i++)
        {
            if ((i > 0 && !TryRead("."u8)) || !TryReadNumber(byte.MaxValue, out var number))
            {
                return false;
            }

            bytes[i] = (byte)number;
        }

        return true;
    }

    /// <summary>
    /// Eight groups, or fewer around one double colon. Behind <c>::</c> and <c>::ffff:</c> also an IPv4 address, which the
    /// specification does not mention but inet_ntop(3) writes, and HAProxy with it.
    /// </summary>
    private bool TryReadIpv6(scoped Span<byte> bytes)
    {
        var count = 0;
        var gapAt = TryRead("::"u8) ? 0 : -1;
        while (count < MostGroups(gapAt))
        {
            var start = Position;
            var group = ReadGroup();
            if (IsAtEnd)
            {
                HasRunOut = true;
                return false;
            }

            if (_input[Position] == (byte)'.' && gapAt == 0 && count <= 1)
            {
                Position = start;
                return TryReadIpv4(bytes[^4..]) && Spread(bytes[..^4], count, gapAt);
            }

            if (Position == start)
            {
                // Nothing may follow a double colon, but not a single one.
                return gapAt == count && Spread(bytes, count, gapAt);
            }

            BinaryPrimitives.WriteUInt16BigEndian(bytes[(2 * count++)..], group);
            if (count == MostGroups(gapAt))
            {
                break;
            }

            if (gapAt < 0 && TryRead("::"u8))
            {
                gapAt = count;
            }
            else if (HasRunOut || !TryRead(":"u8))
            {
                break;
            }
        }

        return !HasRunOut && (count == Ipv6Groups || gapAt >= 0) && Spread(bytes, count, gapAt);
    }

    /// <summary>A double colon stands for one group at least.</summary>
    private static int MostGroups(int gapAt) => gapAt < 0 ? Ipv6Groups : Ipv6Groups - 1;

    private ushort ReadGroup()
    {
        var group = 0;
        for (var end = Position + DigitsPerGroup; !IsAtEnd && Position < end && char.IsAsciiHexDigit((char)_input[Position]); Position++)
        {
            var digit = _input[Position];
            group = (group << 4) | (digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }

        return (ushort)group;
    }

    /// <summary>Moves the groups behind the double colon to the end, and zeros into the gap.</summary>
    private static bool Spread(Span<byte> bytes, int count, int gapAt)
    {
        if (gapAt >= 0)
        {
            var tail = bytes[(2 * gapAt)..(2 * count)];
            var end = bytes[^tail.Length..];
            tail.CopyTo(end);
            bytes[(2 * gapAt)..^tail.Length].Clear();
        }

        return true;
    }
}
