using System.Text;

namespace ApiLb.Import.HaProxy;

/// <summary>
/// Reads references to environment variables: <c>$NAME</c>, <c>${NAME}</c>, <c>${NAME-default}</c>, <c>${NAME[*]}</c>
/// (HAProxy's configuration manual, section 2.3). Not thread-safe.
/// </summary>
/// <param name="environment">The value of a variable; null: not set.</param>
internal sealed class HaProxyVariables(Func<string, string?> environment)
{
    private const string EachWord = "[*]";

    /// <summary>The variables that were asked for and have neither a value nor a default.</summary>
    public HashSet<string> Missing { get; } = new(StringComparer.Ordinal);

    /// <summary>All references of a text; for addresses, in which HAProxy expands them outside of quotes too.</summary>
    public string Expand(string text)
    {
        var expanded = new StringBuilder();
        for (var at = 0; at < text.Length;)
        {
            _ = text[at] == '$' ? expanded.Append(Read(text, ref at, out _)) : expanded.Append(text[at++]);
        }

        return expanded.ToString();
    }

    /// <summary>The value of the reference that begins at a dollar; moves behind it. A dollar before anything else is itself.</summary>
    /// <param name="text">The line.</param>
    /// <param name="at">Where the dollar is.</param>
    /// <param name="isSplit">Each word of the value is a word of its own.</param>
    public string Read(string text, ref int at, out bool isSplit)
    {
        isSplit = false;
        at++;
        var hasBrace = at < text.Length && text[at] == '{';
        var start = hasBrace ? at + 1 : at;
        var end = start;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or '.'))
        {
            end++;
        }

        if (end == start)
        {
            return "$";
        }

        var name = text[start..end];
        at = end;
        return hasBrace ? ReadBraced(text, name, ref at, out isSplit) : Find(name, fallback: null);
    }

    private string ReadBraced(string text, string name, ref int at, out bool isSplit)
    {
        isSplit = text.AsSpan(at).StartsWith(EachWord);
        at += isSplit ? EachWord.Length : 0;
        var close = text.IndexOf('}', at);
        if (close < 0)
        {
            at = text.Length;
            return "";
        }

        var rest = text[at..close];
        at = close + 1;
        return Find(name, rest.StartsWith('-') ? rest[1..] : null);
    }

    private string Find(string name, string? fallback)
    {
        var value = environment(name) ?? fallback;
        if (value is null)
        {
            Missing.Add(name);
        }

        return value ?? "";
    }
}
