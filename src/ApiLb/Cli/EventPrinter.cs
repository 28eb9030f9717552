using System.Globalization;
using System.Text.Json;
using ApiLb.Admin;
using ApiLb.Cli.Output;

namespace ApiLb.Cli;

/// <summary>Writes events in one of the forms; may be told more and more of them.</summary>
/// <param name="output">Where to.</param>
/// <param name="format">How.</param>
/// <param name="isStream">More will come: JSON is one object in a line then, instead of one list.</param>
/// <param name="today">As <see cref="Line"/>.</param>
internal sealed class EventPrinter(TextWriter output, OutputFormat format, bool isStream, DateTime? today = null)
{
    private bool _hasBegun;

    public async Task PrintAsync(IReadOnlyList<EventStatus> events, CancellationToken cancellation)
    {
        var text = format switch
        {
            OutputFormat.Json when !isStream => JsonSerializer.Serialize(events, AdminJsonContext.Default.IReadOnlyListEventStatus) + "\n",
            OutputFormat.Json => string.Concat(events.Select(e => JsonSerializer.Serialize(e, AdminJsonContext.Lines.EventStatus) + "\n")),
            OutputFormat.Csv => WriteCsv(events),
            _ => string.Concat(events.Select(e => Line(e, today) + "\n")),
        };
        _hasBegun = true;
        await output.WriteAsync(text.AsMemory(), cancellation);
        await output.FlushAsync(cancellation);
    }

    /// <summary>When, what kind, to whom, what.</summary>
    /// <param name="happened">What.</param>
    /// <param name="today">Where there is little room, the date of events of this day is left out; null: never.</param>
    public static string Line(EventStatus happened, DateTime? today)
    {
        var local = happened.At.ToLocalTime();
        var at = local.ToString(local.Date == today ? "HH:mm:ss.fff" : "yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
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
