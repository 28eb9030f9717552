using System.Globalization;
using ApiLb.Health;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ApiLb.Demo.View;

/// <summary>Draws one frame of the live view: fits 80 by 24, and uses what room there is beyond. Pure.</summary>
internal static class DemoFrame
{
    /// <summary>Lines that are always there; what is left of the screen shows events.</summary>
    private const int FixedLines = 18;

    private const int WidthWithoutBar = 58;
    private const int BarForAll = 60;

    private static readonly Style Faint = new(Color.Grey);
    private static readonly Style Bold = new(decoration: Decoration.Bold);
    private static readonly Style Good = new(Color.Green);
    private static readonly Style Doubtful = new(Color.Yellow);
    private static readonly Style Bad = new(Color.Red);

    /// <param name="snapshot">What to show.</param>
    /// <param name="events">The latest events, oldest first; as many as fit are shown.</param>
    /// <param name="access">Where the demo can be reached.</param>
    /// <param name="prompt">What the keys do now.</param>
    /// <param name="width">Columns of the screen.</param>
    /// <param name="height">Lines of the screen.</param>
    public static IRenderable Draw(
        DemoSnapshot snapshot, IReadOnlyList<DemoEvent> events, DemoAccess access, string prompt, int width, int height)
    {
        var room = Math.Max(height - FixedLines, 1);
        List<IRenderable> rows =
        [
            Title(snapshot, access, width),
            Text.Empty,
            Backends(snapshot.Backends, width),
            Text.Empty,
            Clients(snapshot),
            Text.Empty,
            Line("EVENTS", Faint),
            .. events.TakeLast(room).Select(e => Line($" {Clock(e.At)}  {e.Text}")),
            .. Enumerable.Repeat(Text.Empty, Math.Max(room - events.Count, 0)),
            Line("TRY IN ANOTHER TERMINAL", Faint),
            .. access.Commands.Select(c => Line($" {c}")),
            Text.Empty,
            Line($" {prompt}", Bold),
        ];
        return new Rows(rows);
    }

    private static Grid Title(DemoSnapshot snapshot, DemoAccess access, int width)
    {
        var grid = new Grid { Width = width }.AddColumn(new GridColumn().PadLeft(0)).AddColumn(new GridColumn().RightAligned().PadRight(0));
        var left = new Paragraph(" apilb demo", Bold).Append($"   three API servers behind {access.Server}");
        return grid.AddRow(left, new Text(Clock(snapshot.Elapsed), Faint));
    }

    private static Table Backends(IReadOnlyList<DemoBackend> backends, int width)
    {
        var table = new Table { Border = TableBorder.None };
        foreach (var header in (string[])["", "BACKEND", "ADDRESS", "STATE", ">OPEN", ">TOTAL", ">NEW/S", ""])
        {
            var column = new TableColumn(new Text(header.TrimStart('>'), Faint)) { NoWrap = true, Padding = new Padding(1, 0, 1, 0) };
            table.AddColumn(header.StartsWith('>') ? column.RightAligned() : column);
        }

        var room = Math.Max(width - WidthWithoutBar, 10);
        var sum = backends.Sum(b => b.PerSecond);
        foreach (var (index, backend) in backends.Index())
        {
            table.AddRow(
                Line($"{index + 1}", Bold),
                Line(backend.Name),
                Line(backend.Address),
                Line(Words(backend.Status), StyleOf(backend.Status)),
                Line(Number(backend.Open)),
                Line(Number(backend.Total)),
                Line(backend.PerSecond.ToString("0.0", CultureInfo.InvariantCulture)),
                backend.Status == HealthStatus.Ready ? Bar(backend.PerSecond, sum, room) : Line(backend.Cause, StyleOf(backend.Status)));
        }

        return table;
    }

    private static Text Bar(double rate, double sum, int room)
    {
        var length = sum > 0 ? (int)Math.Round(rate / sum * Math.Min(room, BarForAll)) : 0;
        return Line(new string('█', length), Good);
    }

    private static Grid Clients(DemoSnapshot snapshot)
    {
        var load = snapshot.Load;
        var grid = new Grid().AddColumns(4);
        grid.AddRow(
            Line(" Requests"),
            Line($"{Number(load.Answered)} answered", Bold),
            Line($"{Number(load.Failed)} failed", load.Failed == 0 ? new Style(Color.Green, decoration: Decoration.Bold) : Bad),
            Line($"slowest of the last 10 s: {load.SlowestLately.TotalMilliseconds:0} ms"));
        grid.AddRow(
            Line(" Watches"),
            Line($"{load.WatchesOpen} open", Bold),
            Line($"{Number(load.WatchesMoved)} moved"),
            Line(load.Cut == 0 ? "" : $"{load.Cut} answers cut off with their server, repeated", Faint));
        return grid;
    }

    /// <summary>One line, never wrapped: a frame must not grow.</summary>
    private static Text Line(string text, Style? style = null) => new(text, style) { Overflow = Overflow.Ellipsis };

    private static string Clock(TimeSpan time) => $"{(int)time.TotalMinutes:00}:{time.Seconds:00}";

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Words(HealthStatus status) => status switch
    {
        HealthStatus.NotReady => "not ready",
        _ => status.ToString().ToLowerInvariant(),
    };

    private static Style StyleOf(HealthStatus status) => status switch
    {
        HealthStatus.Ready => Good,
        HealthStatus.Dead => Bad,
        _ => Doubtful,
    };
}
