using System.Globalization;

namespace ApiLb.Configuration.Values;

/// <summary>A number of bytes, with the units KiB, MiB and GiB: <c>512KiB</c>, <c>10MiB</c>; without a unit it is bytes.</summary>
internal static class ByteSize
{
    private const long Largest = 1L << 50;

    private static readonly (string Name, long Bytes)[] Units = [("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("", 1)];

    public static Parsed<long> Parse(string text)
    {
        var (name, bytes) = Array.Find(Units, unit => text.EndsWith(unit.Name, StringComparison.Ordinal));
        var isNumber = long.TryParse(text.AsSpan(0, text.Length - name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        return isNumber && number > 0 && number <= Largest / bytes
            ? Parsed<long>.Of(number * bytes)
            : Parsed<long>.Failed($"{Quoted.Of(text)} is not a size; write a whole number above 0 with KiB, MiB or GiB, such as 10MiB");
    }
}
