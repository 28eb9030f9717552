using System.Text;
using ApiLb.Tcp;

namespace ApiLb.Fuzzing;

/// <summary>
/// What the parser must find, found in the simplest way: byte by byte through the records, then vector by vector through a
/// copy of the message. Slow, and written without a look at the parser.
/// </summary>
internal sealed class HelloModel
{
    private readonly List<byte> _message = [];
    private readonly List<byte> _header = [];
    private int _payloadLeft;

    private HelloModel()
    {
    }

    /// <summary>Bytes up to the end of the hello; 0 while there is none.</summary>
    public int Length { get; private set; }

    /// <summary>No continuation makes it a ClientHello that is short enough.</summary>
    public bool IsRefused { get; private set; }

    public bool IsIncomplete => !IsRefused && Length == 0;

    private int Needed => 4 + (At(1) << 16) + (At(2) << 8) + At(3);

    private int Missing => Math.Max(Needed - _message.Count, 0);

    public static HelloModel Of(ReadOnlySpan<byte> input)
    {
        var model = new HelloModel();
        for (var i = 0; i < input.Length && model.IsIncomplete; i++)
        {
            model.Take(input[i]);
            model.Length = model.IsWhole ? i + 1 : 0;
        }

        // Nothing shorter than what is missing completes it, and what is missing may be 16 MiB.
        var isTooLarge = model.Length > ClientHelloScanner.MaxLength || model.Missing > ClientHelloScanner.MaxLength
            || (model.IsIncomplete && input.Length + model.Continuation().Length > ClientHelloScanner.MaxLength);
        model.IsRefused |= isTooLarge;
        model.Length = model.IsRefused ? 0 : model.Length;
        return model;
    }

    /// <summary>The shortest bytes that make it complete, which may be too many.</summary>
    public byte[] Continuation()
    {
        var rest = new HelloModel { _payloadLeft = _payloadLeft };
        rest._header.AddRange(_header);
        rest._message.AddRange(_message);
        List<byte> bytes = [];
        while (!rest.IsWhole)
        {
            bytes.Add(rest.NextByte());
            rest.Take(bytes[^1]);
        }

        return [.. bytes];
    }

    /// <summary>What a whole hello says.</summary>
    public HelloFacts Facts()
    {
        var rest = _message.GetRange(4, Needed - 4).ToArray().AsSpan();
        var isWellFormed = Cut(ref rest, 34) is not null && Vector(ref rest, 1) is not null && Vector(ref rest, 2) is not null && Vector(ref rest, 1) is not null;
        if (!isWellFormed)
        {
            return HelloFacts.None;
        }

        if (rest.Length == 0)
        {
            return HelloFacts.None with { MayBeReplayed = true };
        }

        return Vector(ref rest, 2) is { } extensions && rest.Length == 0 ? FactsOf(extensions) : HelloFacts.None;
    }

    private bool IsWhole => _payloadLeft == 0 && _header.Count == 0 && _message.Count >= 4 && _message.Count >= Needed;

    private int At(int index) => index < _message.Count ? _message[index] : 0;

    private void Take(byte next)
    {
        if (_payloadLeft > 0)
        {
            _message.Add(next);
            _payloadLeft--;
            IsRefused |= _message.Count == 1 && next != 1;
            return;
        }

        _header.Add(next);
        IsRefused |= (_header.Count == 1 && next != 22) || (_header.Count == 2 && next != 3);
        if (_header.Count == 5)
        {
            _payloadLeft = (_header[3] << 8) | next;
            IsRefused |= _payloadLeft == 0;
            _header.Clear();
        }
    }

    private byte NextByte()
    {
        if (_payloadLeft > 0)
        {
            return _message.Count == 0 ? (byte)1 : (byte)0;
        }

        var wish = Math.Max(Missing, 1);
        return _header.Count switch
        {
            0 => 22,
            1 or 2 => 3,
            3 => (byte)(wish >> 8),
            _ when _header[3] > wish >> 8 => 0,
            _ when _header[3] < wish >> 8 => 0xFF,
            _ => (byte)wish,
        };
    }

    private static HelloFacts FactsOf(byte[] extensions)
    {
        Dictionary<int, byte[]> byType = [];
        var hasEarlyData = false;
        for (var rest = extensions.AsSpan(); rest.Length > 0;)
        {
            if (Cut(ref rest, 2) is not [var high, var low] || Vector(ref rest, 2) is not { } content)
            {
                return HelloFacts.None;
            }

            var type = (high << 8) | low;
            hasEarlyData |= type == HelloBuilder.EarlyDataType;
            if (type is HelloBuilder.ServerNameType or HelloBuilder.ProtocolsType && !byType.TryAdd(type, content))
            {
                return HelloFacts.None;
            }
        }

        var name = byType.TryGetValue(HelloBuilder.ServerNameType, out var names) ? NameIn(names) : "";
        var protocols = byType.TryGetValue(HelloBuilder.ProtocolsType, out var list) ? ProtocolsIn(list) : [];
        return name is null || protocols is null ? HelloFacts.None : new HelloFacts(name, protocols.Contains("h2"), !hasEarlyData, protocols.Count);
    }

    private static string? NameIn(byte[] extension)
    {
        var whole = extension.AsSpan();
        if (Vector(ref whole, 2) is not { Length: > 0 } list || whole.Length > 0)
        {
            return null;
        }

        string? found = null;
        for (var rest = list.AsSpan(); rest.Length > 0;)
        {
            if (Cut(ref rest, 1) is not [var type] || Vector(ref rest, 2) is not { } name || (type == 0 && found is not null))
            {
                return null;
            }

            found = type == 0 ? HostName(Encoding.Latin1.GetString(name)) : found;
        }

        return found ?? "";
    }

    private static string HostName(string text)
    {
        var labels = (text.EndsWith('.') ? text[..^1] : text).Split('.');
        var isHostName = text.Length <= 255
            && labels.All(label => label.Length is > 0 and < 64 && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            && !labels[^1].All(char.IsAsciiDigit);
        return isHostName ? string.Join('.', labels).ToLowerInvariant() : "";
    }

    private static List<string>? ProtocolsIn(byte[] extension)
    {
        var whole = extension.AsSpan();
        if (Vector(ref whole, 2) is not { Length: > 0 } list || whole.Length > 0)
        {
            return null;
        }

        List<string> protocols = [];
        for (var rest = list.AsSpan(); rest.Length > 0;)
        {
            if (Vector(ref rest, 1) is not { Length: > 0 } protocol)
            {
                return null;
            }

            protocols.Add(Encoding.Latin1.GetString(protocol));
        }

        return protocols;
    }

    private static byte[]? Vector(ref Span<byte> rest, int lengthBytes)
    {
        if (Cut(ref rest, lengthBytes) is not { } length)
        {
            return null;
        }

        return Cut(ref rest, length.Aggregate(0, (sum, b) => (sum << 8) | b));
    }

    private static byte[]? Cut(ref Span<byte> rest, int length)
    {
        if (length > rest.Length)
        {
            return null;
        }

        var cut = rest[..length].ToArray();
        rest = rest[length..];
        return cut;
    }
}
