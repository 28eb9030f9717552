using System.Globalization;

namespace ApiLb.EndToEndTests.Soak;

/// <summary>Reads Prometheus' text format, of which ApiLb needs little.</summary>
internal static class MetricsText
{
    /// <summary>The sum over all series of a metric whose labels contain all of these, such as <c>reason="idle"</c>; 0 without any.</summary>
    public static double Value(string metrics, string name, params string[] labels) =>
        metrics.Split('\n')
            .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Length > name.Length && line[name.Length] is ' ' or '{')
            .Where(line => labels.All(label => line.Contains(label, StringComparison.Ordinal)))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
}
