using System.Globalization;
using System.Text;
using ApiLb.Benchmarks.SideBySide.Balancers;
using ApiLb.Benchmarks.SideBySide.Reporting;

namespace ApiLb.Benchmarks.IdleCost;

/// <summary>The figures in Markdown: medians at both numbers of connections, the span over processes, and whether the targets are met.</summary>
internal sealed class IdleCostReport(MachineFacts machine, IReadOnlyList<ProcessCost> costs)
{
    public const int Few = 900;
    public const int Many = 9_000;

    /// <summary>How far from each other the costs at both numbers may be.</summary>
    private const double Within = 0.10;

    /// <summary>The most memory per connection, of HAProxy's.</summary>
    private const double MostMemory = 0.4;

    private const string Subject = ApiLbBalancer.BalancerName;
    private const string Reference = BalancerCatalog.Reference;

    private readonly StringBuilder _text = new();

    public string Write()
    {
        Line($"# What an idle connection costs: {Few} and {Many} of them");
        Line($"");
        Line($"Written by `dotnet run -c Release --project tests/benchmarks -- idle-cost --out FILE`. How it is measured: [tests/benchmarks/README.md](../tests/benchmarks/README.md).");
        Line($"");
        Line($"{machine.Date:yyyy-MM-dd HH:mm} UTC, {machine.Cores} cores, {machine.Processor}, {machine.System}, kernel {machine.Kernel}. Medians over processes, the lowest and the highest in brackets: {Of(BalancerCatalog.CompiledOnce).Length} of {BalancerCatalog.CompiledOnce} ({Subject} whose runtime compiles nothing a second time, so that its memory does not move without a cause), {Of(Subject).Length} of {Subject} as it is shipped, {Of(Reference).Length} of {Reference}.");
        Line($"");
        Line($"| | at {Few} | at {Many} | ratio | target |");
        Line($"|---|---:|---:|---:|---|");
        foreach (var balancer in (string[])[BalancerCatalog.CompiledOnce, Subject, Reference])
        {
            Row($"Memory per idle connection, KiB: {balancer}", balancer, (cost, n) => cost.MemoryPerConnection(n), "F2", isTarget: balancer == BalancerCatalog.CompiledOnce);
        }

        foreach (var balancer in (string[])[Subject, Reference])
        {
            Row($"CPU per new connection while they are held, us: {balancer}", balancer, (cost, n) => cost.CpuPerNewConnection(n), "F1", isTarget: balancer == Subject);
            Row($"CPU of silence per idle connection and minute, us: {balancer}", balancer, (cost, n) => cost.CpuPerConnectionAndMinute(n), "F0", isTarget: false);
            Row($"CPU of silence, % of one core: {balancer}", balancer, (cost, n) => cost.SilentPercent(n), "F2", isTarget: false);
        }

        Line($"");
        WriteMemoryToReference();
        WriteRest();
        return _text.ToString();
    }

    private void Row(string title, string balancer, Func<ProcessCost, int, double> value, string format, bool isTarget)
    {
        var few = Spread.Of(Of(balancer).Select(cost => value(cost, Few)));
        var many = Spread.Of(Of(balancer).Select(cost => value(cost, Many)));
        var ratio = many.Median / few.Median;
        var target = isTarget ? Text($"{1 - Within:F2} to {1 + Within:F2}: {Verdict(IsWithin(ratio))}") : "";
        Line($"| {title} | {few.ToString(format)} | {many.ToString(format)} | {ratio:F2} | {target} |");
    }

    private void WriteMemoryToReference()
    {
        foreach (var connections in (int[])[Few, Many])
        {
            var ratio = Spread.Of(Of(Subject).Select(cost => cost.MemoryPerConnection(connections))).Median
                / Spread.Of(Of(Reference).Select(cost => cost.MemoryPerConnection(connections))).Median;
            Line($"Memory of {Subject} at {connections}: {ratio:F2} of {Reference}'s; target: at most {MostMemory:F2}: {Verdict(Math.Round(ratio, 2) <= MostMemory)}.");
        }
    }

    private void WriteRest()
    {
        Line($"");
        Line($"| anonymous memory at rest, MiB | 0 | {Few} | {Many} |");
        Line($"|---|---:|---:|---:|");
        foreach (var cost in costs)
        {
            Line($"| {cost.Balancer} | {string.Join(" | ", cost.Levels.Select(level => Text($"{level.Bytes / 1024.0 / 1024:F2}{(level.IsAtRest ? "" : " (readings did not agree)")}")))} |");
        }
    }

    private ProcessCost[] Of(string balancer) => [.. costs.Where(cost => cost.Balancer == balancer)];

    // Compared as printed.
    private static bool IsWithin(double ratio) => Math.Abs(Math.Round(ratio, 2) - 1) <= Within + 1e-9;

    private static string Verdict(bool isMet) => isMet ? "met" : "**missed**";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private void Line(FormattableString text) => _text.Append(Text(text)).Append('\n');
}
