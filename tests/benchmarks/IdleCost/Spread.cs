using System.Globalization;

namespace ApiLb.Benchmarks.IdleCost;

/// <summary>One figure of several processes.</summary>
internal readonly record struct Spread(double Lowest, double Median, double Highest)
{
    public static Spread Of(IEnumerable<double> values)
    {
        var all = values.ToArray();
        return new Spread(all.Min(), SideBySide.Reporting.Median.Of(all), all.Max());
    }

    public string ToString(string format)
    {
        var span = Lowest < Highest ? $" ({Shown(Lowest, format)} to {Shown(Highest, format)})" : "";
        return Shown(Median, format) + span;
    }

    private static string Shown(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
