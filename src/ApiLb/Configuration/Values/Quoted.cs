using System.Globalization;
using System.Text;

namespace ApiLb.Configuration.Values;

/// <summary>Shows the operator's own text back: short, and unable to move the terminal's cursor.</summary>
internal static class Quoted
{
    private const int MaximumLength = 80;

    /// <summary>In double quotes.</summary>
    public static string Of(string text) => $"\"{Shorten(text)}\"";

    /// <summary>Without quotes.</summary>
    public static string Shorten(string text)
    {
        var isLong = text.Length > MaximumLength;
        var shown = isLong ? text[..MaximumLength] : text;
        return Harmless(shown) + (isLong ? "..." : "");
    }

    /// <summary>In full, but with every control character written as its number.</summary>
    public static string Harmless(string text)
    {
        if (text.All(IsHarmless))
        {
            return text;
        }

        var escaped = new StringBuilder();
        foreach (var c in text)
        {
            _ = IsHarmless(c) ? escaped.Append(c) : escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
        }

        return escaped.ToString();
    }

    private static bool IsHarmless(char c) => !char.IsControl(c) && !char.IsSurrogate(c)
        && char.GetUnicodeCategory(c) is not (UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
