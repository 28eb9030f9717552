using System.Globalization;
using System.Text;
using ApiLb.Cli.Output;
using ApiLb.Validation;

namespace ApiLb.Cli;

/// <summary>The report of a validation for people: a line for each step, below it what was found there.</summary>
internal static class ValidationReportText
{
    public static string Format(ValidationReport report)
    {
        var text = new StringBuilder();
        foreach (var (step, detail) in Steps(report))
        {
            var findings = FindingsOf(report, step);
            text.Append(Invariant($"{step,-11} {(HasError(findings) ? "BAD" : findings.Count > 0 ? "warning" : "ok"),-8} {detail}\n"));
            foreach (var finding in findings)
            {
                text.Append(Invariant($"            {finding.Severity}: {finding.Text}\n"));
            }
        }

        foreach (var change in report.During?.Outages ?? [])
        {
            text.Append(Invariant($"            at {change.AtSeconds:0.0} s {ChangeOf(change)}\n"));
        }

        return text.Append(report.Passed ? "Passed" : "Not well").Append(Invariant($": {report.Balancer}")).ToString();
    }

    /// <summary>A line for each step, with the severest that was found there, and one for each finding.</summary>
    public static Csv WriteCsv(ValidationReport report)
    {
        var csv = new Csv("step", "severity", "at_seconds", "text");
        foreach (var (step, detail) in Steps(report))
        {
            var findings = FindingsOf(report, step);
            csv.Add(step, HasError(findings) ? ValidationFinding.Error : findings.Count > 0 ? ValidationFinding.Warning : "ok", null, detail);
            foreach (var finding in findings)
            {
                csv.Add(step, finding.Severity, null, finding.Text);
            }
        }

        foreach (var change in report.During?.Outages ?? [])
        {
            csv.Add("during", "note", change.AtSeconds, ChangeOf(change));
        }

        return csv;
    }

    private static IEnumerable<(string Step, string Detail)> Steps(ValidationReport report)
    {
        yield return ("apiservers", Apiservers(report.Apiservers));
        yield return ("requests", Requests(report.Requests));
        yield return ("etcd", Etcd(report.Etcd));
        if (report.Write is { } write)
        {
            yield return ("write", Write(write));
        }

        if (report.During is { } during)
        {
            yield return ("during", Invariant($"{during.Seconds:0} s: {Requests(during.Requests)}"));
        }
    }

    private static List<ValidationFinding> FindingsOf(ValidationReport report, string step) => [.. report.Findings.Where(f => f.Step == step)];

    private static bool HasError(List<ValidationFinding> findings) => findings.Exists(f => f.Severity == ValidationFinding.Error);

    private static string ChangeOf(DuringResult.Change change) => $"{change.Apiserver} {(change.Answers ? "answered again" : "stopped answering: " + change.Detail)}";

    private static string Apiservers(IReadOnlyList<ApiserverResult> apiservers) =>
        Invariant($"{apiservers.Count(a => a.State == ApiserverResult.Ready)} of {apiservers.Count} ready")
        + Listed(apiservers.Select(a => Invariant($"{a.Name} {a.State.Replace('_', ' ')} in {a.Milliseconds:0} ms")));

    private static string Requests(RequestsResult requests) =>
        Invariant($"{requests.Connections} new connections, {requests.Failed} failed, slowest {requests.SlowestMilliseconds:0} ms, p99 {requests.P99Milliseconds:0} ms")
        + Listed(requests.Backends.Select(b => Invariant($"{b.Key} {b.Value}")));

    private static string Etcd(EtcdResult etcd) => etcd.Members.Count == 0
        ? $"quorum {etcd.Quorum}, as the apiservers see it"
        : $"quorum {etcd.Quorum}, leader {etcd.Leader ?? "unknown"}, {etcd.Members.Count(m => m.Healthy)} of {etcd.Members.Count} members healthy";

    private static string Write(WriteResult write) => write switch
    {
        { DeleteSeenMilliseconds: { } gone } => Invariant($"created in {write.CreateMilliseconds:0} ms, seen by a watch after {write.SeenMilliseconds:0} ms, its end after {gone:0} ms"),
        _ => "not completed",
    };

    private static string Listed(IEnumerable<string> items) => string.Join(", ", items) is { Length: > 0 } list ? ": " + list : "";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
