using System.Globalization;

namespace ApiLb.Import.Nginx;

/// <summary>nginx's durations: whole numbers with ms, s, m, h, d or w, in seconds without; several are added up.</summary>
internal static class NginxTime
{
    private const int MostDigits = 7;

    /// <summary>Null when the text is none.</summary>
    public static TimeSpan? Parse(string text)
    {
        var total = TimeSpan.Zero;
        for (var at = 0; at < text.Length;)
        {
            var digits = text.AsSpan(at).IndexOfAnyExceptInRange('0', '9') is >= 0 and var end ? end : text.Length - at;
            if (digits is 0 or > MostDigits)
            {
                return null;
            }

            var count = int.Parse(text.AsSpan(at, digits), NumberStyles.None, CultureInfo.InvariantCulture);
            at += digits;
            var letters = text.AsSpan(at).IndexOfAnyInRange('0', '9') is >= 0 and var next ? next : text.Length - at;
            if (UnitOf(text.AsSpan(at, letters)) is not { } unit)
            {
                return null;
            }

            total += unit * count;
            at += letters;
        }

        return text.Length > 0 ? total : null;
    }

    private static TimeSpan? UnitOf(ReadOnlySpan<char> unit) => unit switch
    {
        "ms" => TimeSpan.FromMilliseconds(1),
        "s" or "" => TimeSpan.FromSeconds(1),
        "m" => TimeSpan.FromMinutes(1),
        "h" => TimeSpan.FromHours(1),
        "d" => TimeSpan.FromDays(1),
        "w" => TimeSpan.FromDays(7),
        _ => null,
    };
}
