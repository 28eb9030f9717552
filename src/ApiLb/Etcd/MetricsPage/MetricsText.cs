using System.Buffers.Text;
using System.Text;

namespace ApiLb.Etcd.MetricsPage;

/// <summary>
/// The samples of etcd's <c>/metrics</c> that matter here. Reads the Prometheus text format as far as etcd uses it; a line that is
/// something else is skipped.
/// </summary>
internal sealed class MetricsText
{
    private readonly Dictionary<string, (double Value, string Label)> _samples = new(StringComparer.Ordinal);

    private MetricsText()
    {
    }

    public static MetricsText Parse(ReadOnlySpan<byte> text)
    {
        MetricsText metrics = new();
        foreach (var range in text.Split((byte)'\n'))
        {
            if (text[range] is { } line && (line.StartsWith("etcd_server_"u8) || line.StartsWith("etcd_mvcc_db_"u8)))
            {
                metrics.Add(line);
            }
        }

        return metrics;
    }

    public bool Has(string name) => _samples.ContainsKey(name);

    /// <summary>Null when it is missing, or no whole number from 0 on.</summary>
    public long? Whole(string name) =>
        _samples.TryGetValue(name, out var sample) && sample.Value is >= 0 and < long.MaxValue ? (long)sample.Value : null;

    public bool? Flag(string name) => Whole(name) is { } value ? value != 0 : null;

    /// <summary>The value of the only label; null when it is missing.</summary>
    public string? Label(string name) => _samples.TryGetValue(name, out var sample) && sample.Label.Length > 0 ? sample.Label : null;

    private void Add(ReadOnlySpan<byte> line)
    {
        var end = line.IndexOfAny((byte)'{', (byte)' ');
        var space = line.LastIndexOf((byte)' ');
        if (end <= 0 || space < end)
        {
            return;
        }

        var value = line[(space + 1)..].TrimEnd((byte)'\r');
        if (Utf8Parser.TryParse(value, out double number, out var used) && used == value.Length)
        {
            _samples.TryAdd(Encoding.UTF8.GetString(line[..end]), (number, LabelIn(line[end..space])));
        }
    }

    private static string LabelIn(ReadOnlySpan<byte> labels)
    {
        var begin = labels.IndexOf((byte)'"');
        var end = labels.LastIndexOf((byte)'"');
        return begin < 0 || end <= begin ? "" : Encoding.UTF8.GetString(labels[(begin + 1)..end]);
    }
}
