using ApiLb.Admin;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ApiLb.Cli;

/// <summary>Draws a <see cref="DaemonStatus"/> for people. Everything from the daemon is text, never markup.</summary>
internal sealed class StatusTable(IAnsiConsole console)
{
    /// <summary>From this width on the backends' traffic and last check have room.</summary>
    private const int Wide = 110;

    private static readonly Style Plain = Style.Plain;
    private static readonly Style Bold = new(decoration: Decoration.Bold);
    private static readonly Style Faint = new(Color.Grey);
    private static readonly Style Good = new(Color.Green);
    private static readonly Style Doubtful = new(Color.Yellow);
    private static readonly Style Bad = new(Color.Red);

    public void Draw(DaemonStatus status)
    {
        console.Write(new Columns([
            new Text($"apilb {status.Version}", Bold),
            new Text($"pid {status.Pid}"),
            new Text($"up {ShortText.Duration(status.UptimeSeconds)}"),
            status.Ready ? new Text("ready", Good) : new Text("not ready", Bad),
            .. LimitOf(status),
        ])
        { Expand = false, Padding = new Padding(0, 0, 2, 0) });
        console.WriteLine();
        DrawListeners(status.Listeners);
        foreach (var pool in status.Pools)
        {
            console.WriteLine();
            DrawPool(pool);
        }

        if (status.Etcd is { } etcd)
        {
            console.WriteLine();
            new EtcdStatusView(console).Draw(etcd);
        }
    }

    private void DrawListeners(IReadOnlyList<ListenerStatus> listeners)
    {
        var table = NewTable("LISTENER", "BIND", "PROTOCOL", "POOL", ">OPEN", ">ACCEPTED");
        foreach (var listener in listeners)
        {
            table.AddRow(
                Cell(listener.Name),
                Cell(string.Join('\n', listener.Bind)),
                Cell(listener.Protocol),
                Cell(string.Join('\n', listener.Routes.Select(r => r.Pool).Prepend(listener.Pool).OfType<string>().Distinct(StringComparer.Ordinal))),
                Cell(OpenOf(listener)),
                Cell(ShortText.Count(listener.Accepted)));
        }

        console.Write(table);
    }

    private void DrawPool(PoolStatus pool)
    {
        var ready = pool.Ready == pool.Total ? Good : pool.Ready > 0 ? Doubtful : Bad;
        var title = new Paragraph(pool.Name, Bold)
            .Append("  ")
            .Append($"{pool.Ready}/{pool.Total} ready", ready)
            .Append(pool.FailOpen ? ", failing open" : "", Bad)
            .Append(pool.Alarm == "none" ? "" : $", {Words(pool.Alarm)}", Bad)
            .Append($", {pool.Balance}", Faint);
        console.Write(title);
        console.WriteLine();
        DrawBackends(pool);
        foreach (var backend in pool.Backends.Where(b => b.Status != "ready"))
        {
            console.Write(new Padder(Explain(backend), new Padding(2, 0, 0, 0)));
        }

        foreach (var warning in pool.Warnings)
        {
            console.Write(new Padder(new Paragraph("warning", Doubtful).Append($": {warning}"), new Padding(2, 0, 0, 0)));
        }
    }

    private void DrawBackends(PoolStatus pool)
    {
        var isWide = console.Profile.Width >= Wide;
        string[] narrow = ["BACKEND", "ADDRESS", "STATE", ">SINCE", ">OPEN", ">SERVED", ">FAILED"];
        var table = NewTable(isWide ? [.. narrow, ">IN", ">OUT", "LAST CHECK"] : narrow);
        foreach (var backend in pool.Backends)
        {
            IRenderable[] cells =
            [
                Cell(NameOf(backend)),
                Cell(backend.Address),
                new Text(StateOf(backend), StyleOf(backend)),
                Cell(ShortText.Duration(backend.SinceSeconds)),
                Cell(ShortText.Count(backend.Active)),
                Cell(ShortText.Count(backend.Connections)),
                Cell(ShortText.Count(backend.ConnectFailures), backend.ConnectFailures > 0 ? Doubtful : Plain),
            ];
            IRenderable[] more =
            [
                Cell(ShortText.Bytes(backend.BytesToBackend)),
                Cell(ShortText.Bytes(backend.BytesToClient)),
                Cell(CheckOf(backend.LastProbe)),
            ];
            table.AddRow(isWide ? [.. cells, .. more] : cells);
        }

        console.Write(table);
    }

    /// <summary>A header that starts with <c>&gt;</c> is right-aligned, as numbers are.</summary>
    private static Table NewTable(params string[] headers)
    {
        var table = new Table { Border = TableBorder.None };
        foreach (var header in headers)
        {
            var column = new TableColumn(new Text(header.TrimStart('>'), Faint)) { Padding = new Padding(0, 0, 2, 0), NoWrap = header[0] == '>' };
            table.AddColumn(header[0] == '>' ? column.RightAligned() : column);
        }

        return table;
    }

    private static Paragraph Explain(BackendStatus backend) =>
        new Paragraph(backend.Name, Bold).Append($" {Words(backend.Status)}", StyleOf(backend)).Append($": {backend.Detail}");

    private static string NameOf(BackendStatus backend) =>
        (backend.Backup ? $"{backend.Name} (backup)" : backend.Name) + (backend.Weight == 1 ? "" : $" x{backend.Weight}");

    private static IEnumerable<Text> LimitOf(DaemonStatus status) => status.MaxConnections is { } most
        ? [new Text($"{ShortText.Count(status.Listeners.Sum(l => l.Active))} of {ShortText.Count(most)} connections")]
        : [];

    private static string OpenOf(ListenerStatus listener) => listener.MaxConnections is { } most
        ? $"{ShortText.Count(listener.Active)}/{ShortText.Count(most)}"
        : ShortText.Count(listener.Active);

    /// <summary>The operator's word comes first, because it wins.</summary>
    private static string StateOf(BackendStatus backend) =>
        backend.Mode == "ready" ? Words(backend.Status) : $"{backend.Mode}, {Words(backend.Status)}";

    private static Style StyleOf(BackendStatus backend) => (backend.Mode, backend.Status) switch
    {
        (not "ready", _) => Doubtful,
        (_, "ready") => Good,
        (_, "dead") => Bad,
        (_, "unknown") => Faint,
        _ => Doubtful,
    };

    private static string CheckOf(ProbeStatus? probe) => probe switch
    {
        null => "none yet",
        { Result: "passed" or "status", StatusCode: { } code } => $"{code} in {ShortText.Latency(probe.DurationSeconds)}",
        { StatusCode: { } code } => $"{code} {Words(probe.Result)}",
        { Result: "passed" } => $"passed in {ShortText.Latency(probe.DurationSeconds)}",
        _ => $"{probe.Layer.ToUpperInvariant()} {Words(probe.Result)}",
    };

    private static string Words(string label) => label.Replace('_', ' ');

    private static Text Cell(string text, Style? style = null) => new(text, style);
}
