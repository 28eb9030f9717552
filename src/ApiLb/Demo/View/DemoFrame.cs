using System.Globalization;
using ApiLb.Demo.Load;
using ApiLb.Health;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ApiLb.Demo.View;

/// <summary>Draws one frame of the live view: fits 80 by 24, and uses what room there is beyond. Pure.</summary>
internal static class DemoFrame
{
    /// <summary>Lines that are always there; what is left of the screen shows commands to try, and events.</summary>
    private const int FixedLines = 15;

    private const int WidthWithoutAddressAndBar = 42;
    private const int ClientsWidth = 41;
    private const int ShortestBar = 10;
    private const int LongestBar = 40;

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
        var commands = access.Commands.Take(Math.Max(height - FixedLines - 2, 0)).ToList();
        var room = Math.Max(height - FixedLines - commands.Count, 1);
        List<IRenderable> rows =
        [
            Title(snapshot, access, width),
            Text.Empty,
            Backends(snapshot.Backends, width),
            Text.Empty,
            Requests(snapshot.Load, width),
            Watches(snapshot.Load, width),
            Text.Empty,
            new Text(" EVENTS", Faint),
            .. events.TakeLast(room).Select(e => Line($" {Clock(e.At)}  {e.Text}", width, e.IsDeed ? Bold : Style.Plain)),
            .. Enumerable.Repeat(Text.Empty, Math.Max(room - events.Count, 0)),
            Text.Empty,
            new Text(" TRY IN ANOTHER TERMINAL", Faint),
            .. commands.Select(c => Line($" {c}", width, Style.Plain)),
            Text.Empty,
            Line($" {prompt}", width, Bold),
        ];
        return new Rows(rows);
    }

    private static Paragraph Title(DemoSnapshot snapshot, DemoAccess access, int width)
    {
        var server = Cut($"   three API servers behind {access.Server}", width - 20).PadRight(width - 20);
        return new Paragraph(" apilb demo", Bold).Append(server).Append($"{Clock(snapshot.Elapsed),8}", Faint);
    }

    private static Table Backends(IReadOnlyList<DemoBackend> backends, int width)
    {
        var address = backends.Max(b => b.Address.Length);
        var room = width - WidthWithoutAddressAndBar - address;
        var table = new Table { Border = TableBorder.None };
        table.AddColumn(Column(" BACKEND", 8));
        table.AddColumn(Column("ADDRESS", address));
        table.AddColumn(Column("STATE", 9));
        table.AddColumn(Column("OPEN", 4).PadRight(1).RightAligned());
        table.AddColumn(Column("TOTAL", 6).PadRight(1).RightAligned());
        table.AddColumn(Column("NEW/S", 5).RightAligned());
        if (room >= ShortestBar)
        {
            table.AddColumn(Column("", room).PadRight(0));
        }

        var sum = backends.Sum(b => b.PerSecond);
        foreach (var (index, backend) in backends.Index())
        {
            List<IRenderable> cells =
            [
                new Paragraph($" {index + 1}", Bold).Append($" {backend.Name}"),
                new Text(backend.Address),
                new Text(Words(backend.Status), StyleOf(backend.Status)),
                new Text(Number(backend.Open)),
                new Text(Number(backend.Total)),
                new Text(backend.PerSecond.ToString("0.0", CultureInfo.InvariantCulture)),
                BarOrCause(backend, sum, room),
            ];
            table.AddRow(cells.Take(table.Columns.Count));
        }

        return table;
    }

    /// <summary>Fixed widths: numbers that grow must not make the table jump.</summary>
    private static TableColumn Column(string header, int width) =>
        new(new Text(header, Faint)) { Width = width, NoWrap = true, Padding = new Padding(0, 0, 2, 0) };

    private static Text BarOrCause(DemoBackend backend, double sum, int room)
    {
        if (room < ShortestBar)
        {
            return Text.Empty;
        }

        if (backend.Status != HealthStatus.Ready)
        {
            return Line(backend.Cause, room, StyleOf(backend.Status));
        }

        var length = sum > 0 ? (int)Math.Round(backend.PerSecond / sum * Math.Min(room, LongestBar)) : 0;
        return new Text(new string('█', length), Good);
    }

    private static Paragraph Requests(LoadSnapshot load, int width) => Clients(
        "Requests",
        $"{Number(load.Answered)} answered",
        $"{Number(load.Failed)} failed",
        load.Failed == 0 ? Good : Bad,
        Cut($"slowest of the last {LoadCounters.Window} s: {load.SlowestLately.TotalMilliseconds:0} ms", width - ClientsWidth));

    private static Paragraph Watches(LoadSnapshot load, int width) => Clients(
        "Watches",
        $"{load.WatchesOpen} open",
        $"{Number(load.WatchesMoved)} moved",
        Style.Plain,
        Cut(load.Cut == 0 ? "" : $"{Number(load.Cut)} answers broke off with their server", width - ClientsWidth));

    private static Paragraph Clients(string who, string first, string second, Style style, string third) =>
        new Paragraph($" {who,-9} {first,-16} ").Append($"{second,-11} ", style).Append(third);

    private static Text Line(string text, int width, Style style) => new(Cut(text, width), style);

    /// <summary>Never wrapped: a frame must not grow.</summary>
    private static string Cut(string text, int width) =>
        text.Length <= width ? text : string.Concat(text.AsSpan(0, Math.Max(width - 1, 0)), "…");

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
