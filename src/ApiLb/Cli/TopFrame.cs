using ApiLb.Admin;
using Spectre.Console;

namespace ApiLb.Cli;

/// <summary>One picture of <c>apilb top</c>: the sums, the pools, and below them as many events as there is room for.</summary>
internal static class TopFrame
{
    /// <summary>Lines between the pools and the events, and the one at the end.</summary>
    private const int Frame = 4;

    public static string Draw(DaemonStatus status, IReadOnlyList<EventStatus> events, string problem, int width, int height, bool hasColours)
    {
        var above = Render(width, hasColours, console => DrawAbove(console, status));
        var room = height - above.Split('\n').Length - Frame;
        var below = Render(width, hasColours, console => DrawBelow(console, events, problem, room, width));
        return above + below;
    }

    private static void DrawAbove(IAnsiConsole console, DaemonStatus status)
    {
        var table = new StatusTable(console);
        table.DrawTitle(status);
        var backends = status.Pools.SelectMany(p => p.Backends).ToList();
        console.Write(new Paragraph($"{ShortText.Count(status.Listeners.Sum(l => l.Active))} connections", Paint.Bold)
            .Append($"  {ShortText.Rate(backends.Sum(b => b.ConnectionsPerSecond))} new")
            .Append($"  {ShortText.Bytes((long)backends.Sum(b => b.BytesPerSecondToBackend))}/s to backends")
            .Append($"  {ShortText.Bytes((long)backends.Sum(b => b.BytesPerSecondToClient))}/s to clients"));
        console.WriteLine();
        table.DrawPools(status);
    }

    private static void DrawBelow(IAnsiConsole console, IReadOnlyList<EventStatus> events, string problem, int room, int width)
    {
        console.WriteLine();
        if (room > 0 && events.Count > 0)
        {
            console.Write(new Text("WHAT HAPPENED\n", Paint.Faint));
            foreach (var happened in events.TakeLast(room))
            {
                var line = EventPrinter.Line(happened, TimeProvider.System.GetLocalNow().Date);
                console.Write(new Text((line.Length > width ? $"{line[..(width - 1)]}…" : line) + "\n"));
            }
        }

        console.Write(problem.Length > 0 ? new Text(problem, Paint.Bad) : new Text("q quit", Paint.Faint));
    }

    private static string Render(int width, bool hasColours, Action<IAnsiConsole> draw)
    {
        using var text = new StringWriter();
        draw(Terminal.NewConsole(text, width, hasColours));
        return text.ToString();
    }
}
