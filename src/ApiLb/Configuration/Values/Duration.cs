using System.Globalization;

namespace ApiLb.Configuration.Values;

/// <summary>
/// Durations as the file writes them: whole numbers with the units h, m, s, ms, the larger first, each at most once:
/// <c>1h</c>, <c>1m30s</c>, <c>250ms</c>. Only 0 needs no unit.
/// </summary>
internal static class Duration
{
    // Hours of so many digits still fit a TimeSpan.
    private const int MaximumDigits = 8;

    private const string Form = "write whole numbers with units, the larger first, such as 250ms, 2s, 1m30s or 1h";

    // So that whatever is read can be written again: more hours than this might need another digit.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(365_000);

    private static readonly (string Name, TimeSpan Length)[] Units =
    [
        ("h", TimeSpan.FromHours(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("ms", TimeSpan.FromMilliseconds(1)),
    ];

    /// <summary>A parser that takes <paramref name="minimum"/> to <paramref name="maximum"/>, both included.</summary>
    public static Func<string, Parsed<TimeSpan>> Between(TimeSpan minimum, TimeSpan maximum) =>
        text => Limit(Parse(text), value => value >= minimum && value <= maximum, $"{Format(minimum)} to {Format(maximum)}");

    /// <summary>The same, and 0, which means <paramref name="meaningOfZero"/>.</summary>
    public static Func<string, Parsed<TimeSpan>> ZeroOrBetween(TimeSpan minimum, TimeSpan maximum, string meaningOfZero) =>
        text => Limit(
            Parse(text),
            value => value == TimeSpan.Zero || (value >= minimum && value <= maximum),
            $"{Format(minimum)} to {Format(maximum)}, or 0 ({meaningOfZero})");

    public static Parsed<TimeSpan> Parse(string text)
    {
        if (text == "0")
        {
            return Parsed<TimeSpan>.Of(TimeSpan.Zero);
        }

        if (text.Length > 0 && text.All(char.IsAsciiDigit))
        {
            var number = Quoted.Shorten(text);
            return Parsed<TimeSpan>.Failed($"{number} has no unit; write {number}s for seconds or {number}ms for milliseconds");
        }

        return TryParseUnits(text, out var value) && value <= Longest
            ? Parsed<TimeSpan>.Of(value)
            : Parsed<TimeSpan>.Failed($"{Quoted.Of(text)} is not a duration; {Form}");
    }

    /// <summary>The shortest text that <see cref="Parse"/> reads as this value; below a millisecond is dropped.</summary>
    public static string Format(TimeSpan value)
    {
        var text = "";
        foreach (var (name, length) in Units)
        {
            var count = value.Ticks / length.Ticks;
            if (count > 0)
            {
                text += string.Create(CultureInfo.InvariantCulture, $"{count}{name}");
                value -= TimeSpan.FromTicks(length.Ticks * count);
            }
        }

        return text.Length == 0 ? "0" : text;
    }

    private static Parsed<TimeSpan> Limit(Parsed<TimeSpan> parsed, Predicate<TimeSpan> isAllowed, string allowed) =>
        parsed.TryGet(out var value, out _) && !isAllowed(value)
            ? Parsed<TimeSpan>.Failed($"{Format(value)} is out of range; allowed: {allowed}")
            : parsed;

    private static bool TryParseUnits(string text, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        var at = 0;
        var nextUnit = 0;
        while (at < text.Length)
        {
            var digits = text.AsSpan(at).IndexOfAnyExceptInRange('0', '9');
            if (digits is < 1 or > MaximumDigits)
            {
                return false;
            }

            var letters = text.AsSpan(at + digits).IndexOfAnyInRange('0', '9');
            var name = letters < 0 ? text[(at + digits)..] : text.Substring(at + digits, letters);
            var unit = Array.FindIndex(Units, nextUnit, candidate => candidate.Name == name);
            if (unit < 0)
            {
                return false;
            }

            var count = long.Parse(text.AsSpan(at, digits), NumberStyles.None, CultureInfo.InvariantCulture);
            value += TimeSpan.FromTicks(Units[unit].Length.Ticks * count);
            nextUnit = unit + 1;
            at += digits + name.Length;
        }

        return text.Length > 0;
    }
}
