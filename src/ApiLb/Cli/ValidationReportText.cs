using System.Globalization;
using System.Text;
using ApiLb.Validation;

namespace ApiLb.Cli;

/// <summary>The report of a validation for people: a line for each step, below it what was found there.</summary>
internal static class ValidationReportText
{
    public static string Format(ValidationReport report)
    {
        var text = new StringBuilder();
        Step(text, report, "apiservers", Apiservers(report.Apiservers));
        Step(text, report, "requests", Requests(report.Requests));
        Step(text, report, "etcd", Etcd(report.Etcd));
        if (report.Write is { } write)
        {
            Step(text, report, "write", Write(write));
        }

        if (report.During is { } during)
        {
            Step(text, report, "during", Invariant($"{during.Seconds:0} s: {Requests(during.Requests)}"));
            foreach (var change in during.Outages)
            {
                text.Append(Invariant($"            at {change.AtSeconds:0.0} s {change.Apiserver} {(change.Answers ? "answered again" : "stopped answering: " + change.Detail)}\n"));
            }
        }

        return text.Append(report.Passed ? "Passed" : "Not well").Append(Invariant($": {report.Balancer}")).ToString();
    }

    private static void Step(StringBuilder text, ValidationReport report, string step, string detail)
    {
        var findings = report.Findings.Where(f => f.Step == step).ToArray();
        var verdict = Array.Exists(findings, f => f.Severity == ValidationFinding.Error) ? "BAD" : findings.Length > 0 ? "warning" : "ok";
        text.Append(Invariant($"{step,-11} {verdict,-8} {detail}\n"));
        foreach (var finding in findings)
        {
            text.Append(Invariant($"            {finding.Severity}: {finding.Text}\n"));
        }
    }

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
