using System.Globalization;
using System.Text;
using ApiLb.Benchmarks.SideBySide.Balancers;
using ApiLb.Benchmarks.SideBySide.Measurements;

namespace ApiLb.Benchmarks.SideBySide.Reporting;

/// <summary>Writes the report: medians and ratios first, then every single value, then what went wrong.</summary>
internal sealed class MarkdownReport(SideBySideOptions options, MachineFacts machine, IReadOnlyDictionary<string, string> versions, SampleTable samples)
{
    private const string Subject = ApiLbBalancer.BalancerName;
    private const string Reference = BalancerCatalog.Reference;

    private readonly StringBuilder _text = new();

    public string Write(IReadOnlyList<Metric> metrics)
    {
        WriteHeader();
        WriteRatios(metrics);
        WriteVerdict(metrics);
        WriteEveryRun(metrics);
        WriteFailures();
        return _text.ToString();
    }

    private void WriteHeader()
    {
        Line("# Benchmarks: ApiLb, HAProxy and nginx side by side");
        Line();
        Line("Written by `dotnet run -c Release --project tests/benchmarks -- side-by-side --out FILE`. What each figure means and why these loads:");
        Line("[tests/benchmarks/README.md](../tests/benchmarks/README.md).");
        Line();
        Line("| | |");
        Line("|---|---|");
        Line($"| Date | {machine.Date:yyyy-MM-dd HH:mm} UTC |");
        Line($"| Machine | {machine.Cores} cores, {machine.Processor}, {machine.System}, kernel {machine.Kernel}, load average {machine.LoadAverage} before the run |");
        foreach (var (name, version) in versions)
        {
            Line($"| {name} | {version} |");
        }

        Line($"| Load | medians of {options.Rounds} run(s) each, in turn; {options.BusyConnections} busy connections; {options.IdleConnections} idle ones; backends speak {(options.Tls ? "TLS" : "plain text")} |");
        Line();
    }

    private void WriteRatios(IReadOnlyList<Metric> metrics)
    {
        Line("## Medians");
        Line();
        var others = options.Balancers.Where(name => name is not (Subject or Reference)).ToArray();
        Row(["", "unit", Subject, Reference, .. others, $"{Subject} / {Reference}", "target", "met"]);
        Row(["---", "---", "---:", "---:", .. others.Select(_ => "---:"), "---:", "---:", "---"]);
        foreach (var metric in metrics)
        {
            var target = metric.Target is { } limit ? Text($"<= {limit:F2}") : "";
            var ratio = RatioOf(metric) is { } value ? Text($"{value:F2}") : "-";
            var isMet = metric.Target is null ? "" : Verdict(metric);
            Row([metric.Name, metric.Unit, Shown(metric, Subject), Shown(metric, Reference), .. others.Select(name => Shown(metric, name)), ratio, target, isMet]);
        }

        Line();
    }

    private void WriteVerdict(IReadOnlyList<Metric> metrics)
    {
        var promised = metrics.Where(metric => metric.Target is not null).ToArray();
        if (promised.Length == 0)
        {
            return;
        }

        var met = promised.Count(IsMet);
        var unmet = promised.Where(metric => !IsMet(metric)).Select(metric => Text($"{metric.Name} ({(RatioOf(metric) is { } ratio ? Text($"{ratio:F2}") : "not measured")})")).ToArray();
        Line(unmet.Length == 0 ? $"All {met} targets met." : $"{met} of {promised.Length} targets met. Not: {string.Join(", ", unmet)}.");
        Line();
    }

    private void WriteEveryRun(IReadOnlyList<Metric> metrics)
    {
        Line("## Every run");
        Line();
        Row(["", "unit", .. options.Balancers]);
        Row(["---", "---", .. options.Balancers.Select(_ => "---")]);
        foreach (var metric in metrics)
        {
            Row([metric.Name, metric.Unit, .. options.Balancers.Select(name => string.Join(", ", samples.ValuesOf(metric, name).Select(value => Shown(metric, value))))]);
        }
    }

    private void WriteFailures()
    {
        if (samples.Failures.Count == 0)
        {
            return;
        }

        Line();
        Line("## Failed measurements");
        foreach (var failure in samples.Failures)
        {
            Line();
            Line("```");
            Line($"{failure}");
            Line("```");
        }
    }

    private double? RatioOf(Metric metric) => samples.MedianOf(metric, Subject) / samples.MedianOf(metric, Reference);

    // Compared as printed: a ratio of 1.054 is shown as 1.05 and meets 1.05.
    private bool IsMet(Metric metric) => RatioOf(metric) is { } ratio && Math.Round(ratio, 2) <= metric.Target;

    private string Verdict(Metric metric) => RatioOf(metric) is null ? "not measured" : IsMet(metric) ? "yes" : "**no**";

    private string Shown(Metric metric, string balancer) => samples.MedianOf(metric, balancer) is { } value ? Shown(metric, value) : "-";

    private static string Shown(Metric metric, double value) => value.ToString(metric.Format, CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private void Row(IEnumerable<string> cells) => Line($"| {string.Join(" | ", cells)} |");

    private void Line() => _text.Append('\n');

    private void Line(FormattableString text) => _text.Append(text.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private void Line(string text) => _text.Append(text).Append('\n');
}
