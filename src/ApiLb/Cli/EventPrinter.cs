using System.Globalization;
using System.Text.Json;
using ApiLb.Admin;

namespace ApiLb.Cli;

/// <summary>Writes events in one of the forms; may be told more and more of them.</summary>
/// <param name="output">Where to.</param>
/// <param name="format">How.</param>
/// <param name="isStream">More will come: JSON is one object in a line then, instead of one list.</param>
internal sealed class EventPrinter(TextWriter output, OutputFormat format, bool isStream)
{
    private bool _hasBegun;

    public async Task PrintAsync(IReadOnlyList<EventStatus> events, CancellationToken cancellation)
    {
        var text = format switch
        {
            OutputFormat.Json when !isStream => JsonSerializer.Serialize(events, AdminJsonContext.Default.IReadOnlyListEventStatus) + "\n",
            OutputFormat.Json => string.Concat(events.Select(e => JsonSerializer.Serialize(e, AdminJsonContext.Lines.EventStatus) + "\n")),
            OutputFormat.Csv => WriteCsv(events),
            _ => string.Concat(events.Select(e => Line(e) + "\n")),
        };
        _hasBegun = true;
        await output.WriteAsync(text.AsMemory(), cancellation);
        await output.FlushAsync(cancellation);
    }

    /// <summary>As in <c>apilb explain</c>, and of whom.</summary>
    public static string Line(EventStatus happened)
    {
        var at = happened.At.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
        var whom = happened.Backend is null ? happened.Pool : $"{happened.Pool}/{happened.Backend}";
        return $"{at}  {happened.Kind,-8}  {whom}  {happened.Text}";
    }

    private string WriteCsv(IReadOnlyList<EventStatus> events)
    {
        var csv = new Csv("id", "at", "pool", "backend", "kind", "text");
        foreach (var e in events)
        {
            csv.Add(e.Id, e.At, e.Pool, e.Backend, e.Kind, e.Text);
        }

        var text = csv.ToString();
        return _hasBegun ? text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..] : text;
    }
}
