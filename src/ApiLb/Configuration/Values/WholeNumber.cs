using System.Globalization;

namespace ApiLb.Configuration.Values;

/// <summary>A decimal number without sign, fraction or unit.</summary>
internal static class WholeNumber
{
    /// <summary>A parser that takes <paramref name="minimum"/> to <paramref name="maximum"/>, both included.</summary>
    public static Func<string, Parsed<int>> Between(int minimum, int maximum) => text => Parse(text, minimum, maximum);

    private static Parsed<int> Parse(string text, int minimum, int maximum)
    {
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return Parsed<int>.Failed($"{Quoted.Of(text)} is not a whole number; allowed: {minimum} to {maximum}");
        }

        return number >= minimum && number <= maximum
            ? Parsed<int>.Of((int)number)
            : Parsed<int>.Failed($"{Quoted.Shorten(text)} is out of range; allowed: {minimum} to {maximum}");
    }
}
