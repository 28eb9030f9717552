using System.Globalization;
using System.Text;

namespace ApiLb.Cli.Output;

/// <summary>Writes comma-separated values (RFC 4180), but with the line ends of Unix.</summary>
internal sealed class Csv
{
    private static readonly char[] NeedQuotes = [',', '"', '\n', '\r'];

    private readonly StringBuilder _text = new();
    private readonly int _columns;

    /// <param name="names">Of the columns.</param>
    public Csv(params string[] names)
    {
        _columns = names.Length;
        Add(names);
    }

    /// <summary>Adds a line. Null is an empty field, and so is what is missing at its end; numbers and times are written for machines.</summary>
    public void Add(params object?[] fields) =>
        _text.AppendJoin(',', fields.Concat(Enumerable.Repeat<object?>(null, Math.Max(0, _columns - fields.Length))).Select(Write)).Append('\n');

    public override string ToString() => _text.ToString();

    private static string Write(object? field)
    {
        var text = field switch
        {
            null => "",
            bool truth => truth ? "true" : "false",
            DateTimeOffset moment => moment.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            _ => Convert.ToString(field, CultureInfo.InvariantCulture) ?? "",
        };
        return text.AsSpan().IndexOfAny(NeedQuotes) < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
