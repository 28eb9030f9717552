using System.Globalization;
using ApiLb.Admin;
using Spectre.Console;

namespace ApiLb.Cli;

/// <summary>Draws a <see cref="BackendExplanation"/> for people. What it says is text, never markup.</summary>
internal sealed class ExplanationView(IAnsiConsole console)
{
    public void Draw(BackendExplanation explanation)
    {
        var backend = explanation.Backend;
        console.Write(new Paragraph($"{explanation.Pool}/{backend.Name}", new Style(decoration: Decoration.Bold)).Append($"  {backend.Address}\n"));
        Line("state", $"{backend.Status.Replace('_', ' ')} for {ShortText.Duration(backend.SinceSeconds)}: {backend.Detail}");
        Line("operator", backend.ModeOrder is { } order ? $"{backend.Mode} {StatusText.Order(order)}" : backend.Mode);
        Line("weight", backend.WeightOrder is { } weight ? $"{backend.Weight} (configured {backend.ConfiguredWeight}) {StatusText.Order(weight)}" : $"{backend.Weight}");
        Line("gets new", explanation.NewConnections);
        Line("serves", $"{backend.Active} connections now, {backend.Connections} so far; {backend.ConnectFailures} attempts failed, {backend.Failovers} clients saved by others");
        Line("closed", explanation.Closes.Count == 0 ? "none yet" : string.Join(", ", explanation.Closes.Select(c => $"{c.Value} {c.Key}")));
        console.WriteLine();
        console.WriteLine("Last checks");
        var checks = NewGrid(4);
        foreach (var probe in explanation.Probes)
        {
            checks.AddRow(new Text($"{ShortText.Duration(probe.AgeSeconds),6} ago"), new Text(probe.Layer), new Text($"{ShortText.Latency(probe.DurationSeconds),8}"), new Text(probe.Detail));
        }

        console.Write(checks);
        console.WriteLine();
        console.WriteLine("What happened");
        var events = NewGrid(3);
        foreach (var happened in explanation.Events)
        {
            var at = happened.At.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
            events.AddRow(new Text(at), new Text($"{happened.Kind,-8}"), new Text(happened.Text));
        }

        console.Write(events);
    }

    private void Line(string name, string value) => console.Write(NewGrid(2).AddRow(new Text($"{name,-8}"), new Text(value)));

    /// <summary>What is too long for its line goes on below itself, in the last column.</summary>
    private static Grid NewGrid(int columns)
    {
        var grid = new Grid();
        for (var i = 1; i <= columns; i++)
        {
            grid.AddColumn(new GridColumn { Padding = new Padding(2, 0, 0, 0), NoWrap = i < columns });
        }

        return grid;
    }
}
