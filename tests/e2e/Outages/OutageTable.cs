using System.Globalization;

namespace ApiLb.EndToEndTests.Outages;

/// <summary>A Markdown table in a file, a row for each outage and balancer. A row that is measured again takes the place of the old one.</summary>
internal static class OutageTable
{
    private const string Head = """
        | outage | balancer | new connections | failed | broken | slowest | p99 | over 600 ms | watches there | ended | first | last | elsewhere ended | outage took | CPU balancer | CPU clients | CPU machine |
        |---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
        """;

    private static readonly TimeSpan Promised = TimeSpan.FromMilliseconds(600);

    public static void Add(string file, string outage, string balancer, OutageFigures figures)
    {
        var key = $"| {outage} | {balancer} |";
        var others = File.Exists(file) ? File.ReadAllLines(file).Skip(2).Where(row => !row.StartsWith(key, StringComparison.Ordinal)) : [];
        File.WriteAllLines(file, [.. Head.Split('\n'), .. others.Append(key + Cells(figures)).Order(StringComparer.Ordinal)]);
    }

    private static string Cells(OutageFigures figures)
    {
        var connections = figures.Connections;
        var ended = figures.WatchesThere.Ended;
        return string.Create(
            CultureInfo.InvariantCulture,
            $" {connections.Total} | {connections.Failed} | {connections.FailedAfterFirstByte} | {connections.Slowest.TotalMilliseconds:F0} ms | {connections.P99.TotalMilliseconds:F0} ms | {connections.SlowerThan(Promised)} | {figures.WatchesThere.Count} | {ended.Count} | {Seconds(ended, 0)} | {Seconds(ended, ended.Count - 1)} | {figures.WatchesElsewhere.Ended.Count} | {figures.Took.TotalSeconds:F1} s | {figures.Cpu.Balancer:F0} % | {figures.Cpu.Clients:F0} % | {figures.Cpu.Machine:F0} % |");
    }

    private static string Seconds(IReadOnlyList<TimeSpan> times, int index) =>
        index >= 0 && index < times.Count ? string.Create(CultureInfo.InvariantCulture, $"{times[index].TotalSeconds:F2} s") : "-";
}
