using System.Text;
using OpenTelemetry.Metrics;

namespace ApiLb.Telemetry;

/// <summary>How an instrument is called in Prometheus: legal characters, the unit and <c>_total</c> appended only when missing.</summary>
internal static class PrometheusName
{
    private const string Total = "_total";

    public static string OfMetric(string instrument, string unit, MetricType type)
    {
        var name = Legal(instrument, allowColon: true);
        var isCounter = type is MetricType.LongSum or MetricType.DoubleSum;
        if (isCounter && name.EndsWith(Total, StringComparison.Ordinal))
        {
            name = name[..^Total.Length];
        }

        var suffix = SuffixOf(unit);
        if (suffix.Length > 0 && !name.EndsWith(suffix, StringComparison.Ordinal))
        {
            name += suffix;
        }

        return isCounter ? name + Total : name;
    }

    public static string OfLabel(string tag) => Legal(tag, allowColon: false);

    /// <summary>The base units that Prometheus asks for; a count or an annotation such as <c>{connection}</c> has none.</summary>
    private static string SuffixOf(string unit) => unit switch
    {
        "s" => "_seconds",
        "By" => "_bytes",
        "1" => "_ratio",
        _ => "",
    };

    private static string Legal(string name, bool allowColon)
    {
        var legal = new StringBuilder(name.Length + 1);
        foreach (var c in name)
        {
            legal.Append(char.IsAsciiLetterOrDigit(c) || c == '_' || (allowColon && c == ':') ? c : '_');
        }

        if (legal.Length == 0 || char.IsAsciiDigit(legal[0]))
        {
            legal.Insert(0, '_');
        }

        return legal.ToString();
    }
}
