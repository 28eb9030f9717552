using System.Globalization;

namespace ApiLb.Import.HaProxy;

/// <summary>HAProxy's durations: a whole number, in milliseconds unless us, ms, s, m, h or d follows (its manual, section 2.5).</summary>
internal static class HaProxyTime
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(int.MaxValue);

    private static readonly (string Unit, TimeSpan Length)[] Units =
    [
        ("us", TimeSpan.FromMicroseconds(1)),
        ("ms", TimeSpan.FromMilliseconds(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)),
        ("d", TimeSpan.FromDays(1)),
        ("", TimeSpan.FromMilliseconds(1)),
    ];

    /// <summary>Null when the text is none, or longer than HAProxy allows: 2147483647 ms.</summary>
    public static TimeSpan? Parse(string text)
    {
        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        var unit = Array.FindIndex(Units, u => u.Unit == text[digits..]);
        var isNumber = int.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var count);
        return unit >= 0 && isNumber && count <= Longest / Units[unit].Length ? Units[unit].Length * count : null;
    }
}
