using ApiLb.Admin;
using Spectre.Console;

namespace ApiLb.Cli;

/// <summary>Draws <see cref="ConnectionsStatus"/> for people.</summary>
internal sealed class ConnectionTable(IAnsiConsole console)
{
    /// <summary>From this width on listener and protocols have room.</summary>
    private const int Wide = 118;

    public void Draw(ConnectionsStatus status)
    {
        if (status.Connections.Count == 0)
        {
            console.WriteLine("no connections");
            return;
        }

        var isWide = console.Profile.Width >= Wide;
        string[] narrow = ["CLIENT", "BACKEND", "SERVER NAME", ">AGE", ">IDLE", ">IN", ">OUT"];
        var table = TableOf.Columns(isWide ? ["LISTENER", .. narrow[..3], "ALPN", .. narrow[3..]] : narrow);
        foreach (var c in status.Connections)
        {
            string[] who = [c.Client, c.Backend, c.ServerName ?? "-"];
            string[] what = [ShortText.Duration(c.AgeSeconds), c.IdleSeconds is { } idle ? ShortText.Duration(idle) : "-", ShortText.Bytes(c.BytesToBackend), ShortText.Bytes(c.BytesToClient)];
            string[] cells = isWide ? [c.Listener, .. who, c.Protocols ?? "-", .. what] : [.. who, .. what];
            table.AddRow([.. cells.Select(cell => new Text(cell))]);
        }

        console.Write(table);
        if (status.Connections.Count < status.Total)
        {
            console.WriteLine($"{status.Connections.Count} of {ShortText.Count(status.Total)} connections");
        }
    }
}
