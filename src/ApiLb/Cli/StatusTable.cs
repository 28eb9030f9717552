using ApiLb.Admin;
using Spectre.Console;

namespace ApiLb.Cli;

/// <summary>Draws a <see cref="DaemonStatus"/> for people. Everything from the daemon is text, never markup.</summary>
internal sealed class StatusTable(IAnsiConsole console)
{
    /// <summary>From this width on an address and how many were accepted have room side by side.</summary>
    private const int Wide = 100;

    public void Draw(DaemonStatus status)
    {
        DrawTitle(status);
        DrawPredecessors(status.Predecessors);
        DrawListeners(status.Listeners);
        DrawPools(status);
    }

    public void DrawTitle(DaemonStatus status)
    {
        console.Write(new Columns([
            new Text($"apilb {status.Version}", Paint.Bold),
            new Text($"pid {status.Pid}"),
            new Text($"up {ShortText.Duration(status.UptimeSeconds)}"),
            status.Ready ? new Text("ready", Paint.Good) : new Text("not ready", Paint.Bad),
            .. LimitOf(status),
        ])
        { Expand = false, Padding = new Padding(0, 0, 2, 0) });
        console.WriteLine();
    }

    public void DrawPools(DaemonStatus status)
    {
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

    /// <summary>Daemons that an upgrade has replaced: what they serve is in no other line.</summary>
    private void DrawPredecessors(IReadOnlyList<PredecessorStatus> predecessors)
    {
        foreach (var old in predecessors)
        {
            console.Write(new Paragraph("replaced", Paint.Doubtful).Append(
                $": apilb {old.Version}, pid {old.Pid}, has {ShortText.Count(old.Connections)} {(old.Connections == 1 ? "connection" : "connections")} left, for at most {ShortText.Duration(old.SecondsLeft)}"));
            console.WriteLine();
        }
    }

    private void DrawListeners(IReadOnlyList<ListenerStatus> listeners)
    {
        string[] narrow = ["LISTENER", "BIND", "PROTOCOL", "POOL", ">OPEN", ">RATE"];
        var isWide = console.Profile.Width >= Wide;
        var table = TableOf.Columns(isWide ? [.. narrow, ">ACCEPTED"] : narrow);
        foreach (var listener in listeners)
        {
            string[] cells =
            [
                listener.Name,
                string.Join('\n', listener.Bind),
                listener.Protocol,
                string.Join('\n', StatusText.PoolsOf(listener)),
                StatusText.OpenOf(listener),
                ShortText.Rate(listener.AcceptedPerSecond),
            ];
            table.AddRow([.. (isWide ? [.. cells, ShortText.Count(listener.Accepted)] : cells).Select(cell => new Text(cell))]);
        }

        console.Write(table);
    }

    private void DrawPool(PoolStatus pool)
    {
        var ready = pool.Ready == pool.Total ? Paint.Good : pool.Ready > 0 ? Paint.Doubtful : Paint.Bad;
        var title = new Paragraph(pool.Name, Paint.Bold)
            .Append("  ")
            .Append($"{pool.Ready}/{pool.Total} ready", ready)
            .Append(pool.FailOpen ? ", failing open" : "", Paint.Bad)
            .Append(pool.Alarm == "none" ? "" : $", {StatusText.Words(pool.Alarm)}", Paint.Bad)
            .Append($", {pool.Balance}", Paint.Faint);
        console.Write(title);
        console.WriteLine();
        console.Write(BackendTable.Of(pool.Backends, console.Profile.Width));
        foreach (var backend in pool.Backends)
        {
            DrawRemarks(backend);
        }

        foreach (var warning in pool.Warnings)
        {
            DrawRemark(new Paragraph("warning", Paint.Doubtful).Append($": {warning}"));
        }
    }

    private void DrawRemarks(BackendStatus backend)
    {
        if (backend.ModeOrder is { } mode)
        {
            DrawRemark(new Paragraph(backend.Name, Paint.Bold).Append($" {backend.Mode}", Paint.Doubtful).Append($" {StatusText.Order(mode)}"));
        }

        if (backend.WeightOrder is { } weight)
        {
            DrawRemark(new Paragraph(backend.Name, Paint.Bold).Append($" weight {backend.Weight} (configured {backend.ConfiguredWeight}) {StatusText.Order(weight)}"));
        }

        if (backend.Status != "ready")
        {
            DrawRemark(new Paragraph(backend.Name, Paint.Bold).Append($" {StatusText.Words(backend.Status)}", BackendText.StyleOf(backend)).Append($": {backend.Detail}"));
        }
    }

    private void DrawRemark(Paragraph remark) => console.Write(new Padder(remark, new Padding(2, 0, 0, 0)));

    private static IEnumerable<Text> LimitOf(DaemonStatus status) => status.MaxConnections is { } most
        ? [new Text($"{ShortText.Count(status.Listeners.Sum(l => l.Active))} of {ShortText.Count(most)} connections")]
        : [];
}
