using System.Globalization;
using System.Text;
using OpenTelemetry;

namespace ApiLb.Telemetry;

/// <summary>
/// Writes the Prometheus text exposition format 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/). Not thread-safe.
/// </summary>
internal sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();

    public void Clear() => _text.Clear();

    public byte[] ToUtf8() => Encoding.UTF8.GetBytes(_text.ToString());

    public void WriteFamily(string name, string type, string help)
    {
        _text.Append("# HELP ").Append(name).Append(' ');
        AppendEscaped(help, escapeQuote: false);
        _text.Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
    }

    public void WriteSample(string name, ReadOnlyTagCollection tags, double value) => WriteSample(name, "", tags, null, value);

    /// <summary>One line; <paramref name="upperBound"/> becomes the label <c>le</c>.</summary>
    public void WriteSample(string name, string suffix, ReadOnlyTagCollection tags, double? upperBound, double value)
    {
        _text.Append(name).Append(suffix);
        AppendLabels(tags, upperBound);
        _text.Append(' ').Append(Format(value)).Append('\n');
    }

    /// <summary>One line with labels that are names of Prometheus already.</summary>
    public void WriteSample(string name, ReadOnlySpan<(string Name, string Value)> labels, double value)
    {
        _text.Append(name);
        var separator = '{';
        foreach (var (label, text) in labels)
        {
            separator = AppendLabel(separator, label, text);
        }

        if (separator == ',')
        {
            _text.Append('}');
        }

        _text.Append(' ').Append(Format(value)).Append('\n');
    }

    private static string Format(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : value.ToString(CultureInfo.InvariantCulture);

    private void AppendLabels(ReadOnlyTagCollection tags, double? upperBound)
    {
        var separator = '{';
        foreach (var (key, value) in tags)
        {
            separator = AppendLabel(separator, PrometheusName.OfLabel(key), Convert.ToString(value, CultureInfo.InvariantCulture) ?? "");
        }

        if (upperBound is { } bound)
        {
            separator = AppendLabel(separator, "le", Format(bound));
        }

        if (separator == ',')
        {
            _text.Append('}');
        }
    }

    private char AppendLabel(char separator, string name, string value)
    {
        _text.Append(separator).Append(name).Append("=\"");
        AppendEscaped(value, escapeQuote: true);
        _text.Append('"');
        return ',';
    }

    private void AppendEscaped(string value, bool escapeQuote)
    {
        foreach (var c in value)
        {
            _ = c switch
            {
                '\\' => _text.Append(@"\\"),
                '\n' => _text.Append(@"\n"),
                '"' when escapeQuote => _text.Append("\\\""),
                _ => _text.Append(c),
            };
        }
    }
}
