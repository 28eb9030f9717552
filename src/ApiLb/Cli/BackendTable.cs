using ApiLb.Admin;
using Spectre.Console;

namespace ApiLb.Cli;

/// <summary>The backends of one pool as a table: as many columns as there is room for, and a line with their sums.</summary>
internal static class BackendTable
{
    /// <summary>From this width on bytes, latency and the last check have room.</summary>
    private const int Wide = 110;

    /// <summary>From this width on everything has.</summary>
    private const int Widest = 140;

    private static readonly Column[] Columns =
    [
        new("BACKEND", 0, b => new Text(NameOf(b)), _ => "total"),
        new("ADDRESS", 0, b => new Text(b.Address)),
        new("STATE", 0, b => new Text(StatusText.StateOf(b), BackendText.StyleOf(b))),
        new(">SINCE", 0, b => new Text(ShortText.Duration(b.SinceSeconds))),
        new(">WEIGHT", Widest, b => new Text(ShortText.Count(b.Weight))),
        new(">OPEN", 0, b => new Text(ShortText.Count(b.Active)), all => ShortText.Count(all.Sum(b => b.Active))),
        new(">RATE", 0, b => new Text(ShortText.Rate(b.ConnectionsPerSecond)), all => ShortText.Rate(all.Sum(b => b.ConnectionsPerSecond))),
        new(">SERVED", Widest, b => new Text(ShortText.Count(b.Connections)), all => ShortText.Count(all.Sum(b => b.Connections))),
        new(">FAILED", 0, b => new Text(ShortText.Count(b.ConnectFailures), b.ConnectFailures > 0 ? Paint.Doubtful : Paint.Plain), all => ShortText.Count(all.Sum(b => b.ConnectFailures))),
        new(">IN", Wide, b => new Text(ShortText.Bytes(b.BytesToBackend)), all => ShortText.Bytes(all.Sum(b => b.BytesToBackend))),
        new(">OUT", Wide, b => new Text(ShortText.Bytes(b.BytesToClient)), all => ShortText.Bytes(all.Sum(b => b.BytesToClient))),
        new(">P50", Wide, b => new Text(StatusText.LatencyOf(b.FirstByteP50Seconds))),
        new(">P99", Wide, b => new Text(StatusText.LatencyOf(b.FirstByteP99Seconds))),
        new("LAST CHECK", Wide, b => new Text(StatusText.CheckOf(b.LastProbe))),
    ];

    public static Table Of(IReadOnlyList<BackendStatus> backends, int width)
    {
        var shown = Columns.Where(c => c.From <= width).ToArray();
        var table = TableOf.Columns([.. shown.Select(c => c.Header)]);
        foreach (var backend in backends)
        {
            table.AddRow([.. shown.Select(c => c.Cell(backend))]);
        }

        if (backends.Count > 1)
        {
            table.AddRow([.. shown.Select(c => new Text(c.Total?.Invoke(backends) ?? "", Paint.Faint))]);
        }

        return table;
    }

    private static string NameOf(BackendStatus backend) =>
        (backend.Backup ? $"{backend.Name} (backup)" : backend.Name) + (backend.Weight == 1 ? "" : $" x{backend.Weight}");

    /// <param name="Header">As <see cref="TableOf.Columns"/> takes it.</param>
    /// <param name="From">The width from which on it is shown.</param>
    /// <param name="Cell">Of one backend.</param>
    /// <param name="Total">Of all; null: there is no sum.</param>
    private sealed record Column(string Header, int From, Func<BackendStatus, Text> Cell, Func<IReadOnlyList<BackendStatus>, string>? Total = null);
}
