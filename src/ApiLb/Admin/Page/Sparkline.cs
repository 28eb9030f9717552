using System.Globalization;
using System.Text;

namespace ApiLb.Admin.Page;

/// <summary>
/// A line of the last minutes, as SVG: from zero to the highest value, the newest at the right end. What it shows stands in its
/// title, which is its tooltip and what a screen reader says.
/// </summary>
internal static class Sparkline
{
    private const int Width = TrafficHistory.Points;
    private const int Height = 22;
    private const int Margin = 2;

    /// <param name="values">The oldest first; null where nothing is known, which leaves a gap.</param>
    /// <param name="what">What they are, such as <c>open connections of cp1</c>.</param>
    /// <param name="write">One of them for people.</param>
    public static Html Of(IReadOnlyList<double?> values, string what, Func<double, string> write)
    {
        var known = values.OfType<double>().ToList();
        if (known.Count < 2)
        {
            return Html.Empty;
        }

        var title = $"{what}, last {MinutesOf(values.Count)} min: {write(known.Min())} to {write(known.Max())}";
        return Html.Of($"<svg class=\"spark\" role=\"img\" viewBox=\"0 0 {Width} {Height}\" preserveAspectRatio=\"none\"><title>{title}</title><path d=\"{PathOf(values, known.Max())}\"/></svg>");
    }

    private static int MinutesOf(int points) => Math.Max(1, (int)Math.Round(points * TrafficHistory.Interval.TotalMinutes));

    /// <summary>Where the line goes on at the same height only its end is written: most lines are flat most of the time.</summary>
    private static string PathOf(IReadOnlyList<double?> values, double highest)
    {
        var path = new StringBuilder();
        var first = Width - values.Count;
        for (var i = 0; i < values.Count; i++)
        {
            if (YOf(values, i, highest) is not { } y)
            {
                continue;
            }

            var before = YOf(values, i - 1, highest);
            var after = YOf(values, i + 1, highest);
            if (before is null)
            {
                path.Append(CultureInfo.InvariantCulture, $"M{first + i},{y}{(after is null ? "h0" : "")}");
            }
            else if (before != y || after != y)
            {
                path.Append(CultureInfo.InvariantCulture, $"L{first + i},{y}");
            }
        }

        return path.ToString();
    }

    private static int? YOf(IReadOnlyList<double?> values, int index, double highest) =>
        index < 0 || index >= values.Count || values[index] is not { } value ? null
        : highest <= 0 ? Height - Margin
        : Height - Margin - (int)Math.Round(value / highest * (Height - (2 * Margin)));
}
