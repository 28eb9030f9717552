using System.Diagnostics;
using System.Text.RegularExpressions;
using ApiLb.IntegrationTests.Operators;
using Xunit;

namespace ApiLb.IntegrationTests.Telemetry;

/// <summary>The alerts are what they claim: each fires and does not fire, asks for metrics that exist, and has a runbook.</summary>
public sealed partial class AlertRulesTests
{
    private static readonly string Rules = RepositoryFile.PathTo("configs", "prometheus", "apilb.rules.yaml");
    private static readonly string Cases = RepositoryFile.PathTo("tests", "integration", "Telemetry", "Rules", "apilb.rules.test.yaml");

    [Theory]
    [InlineData("check")]
    [InlineData("test")]
    public async Task Rules_PassPromtool(string what)
    {
        Prometheus.SkipWithout("promtool");

        var (exitCode, said) = await PromtoolAsync(what, "rules", what == "check" ? Rules : Cases);

        Assert.True(exitCode == 0, said);
    }

    [Fact]
    public async Task EveryAlert_HasACaseInWhichItFiresAndOneInWhichItDoesNot()
    {
        var cases = await File.ReadAllTextAsync(Cases);

        var tested = Case().Matches(cases).Select(m => $"{m.Groups["alert"].Value} {(m.Groups["none"].Success ? "quiet" : "fires")}");

        Assert.Equal((await AlertsAsync()).SelectMany(a => (string[])[$"{a} fires", $"{a} quiet"]), tested);
    }

    [Fact]
    public async Task EveryAlert_HasARunbookAndEveryRunbookAnAlert()
    {
        var document = await File.ReadAllTextAsync(RepositoryFile.PathTo("docs", "operations.md"));
        var runbooks = document[document.IndexOf("\n## Runbooks\n", StringComparison.Ordinal)..];
        runbooks = runbooks[..runbooks.IndexOf("\n## ", 5, StringComparison.Ordinal)];
        var alerts = await AlertsAsync();

        Assert.Equal(alerts, Heading().Matches(runbooks).Select(m => m.Groups["name"].Value));
        Assert.Equal(
            alerts.Select(a => $"docs/operations.md#{a.ToLowerInvariant()}"),
            Runbook().Matches(await File.ReadAllTextAsync(Rules)).Select(m => m.Groups["url"].Value));
    }

    [Fact]
    public async Task Metrics_OfAlertsAndDashboardAreDocumented()
    {
        var documented = DocumentRow().Matches(await File.ReadAllTextAsync(RepositoryFile.PathTo("docs", "metrics.md"))).Select(m => m.Groups["name"].Value).ToHashSet();
        var used = string.Concat(
            Expression().Matches(await File.ReadAllTextAsync(Rules)).Select(m => m.Value)) + await File.ReadAllTextAsync(RepositoryFile.PathTo("configs", "grafana", "apilb.json"));

        Assert.All(
            Metric().Matches(used).Select(m => m.Groups["name"].Value).Distinct(), m => Assert.True(documented.Contains(m) || documented.Contains(m.Replace("_bucket", "", StringComparison.Ordinal)), m));
    }

    private static async Task<IReadOnlyList<string>> AlertsAsync() => [.. Alert().Matches(await File.ReadAllTextAsync(Rules)).Select(m => m.Groups["name"].Value)];

    private static async Task<(int ExitCode, string Said)> PromtoolAsync(params string[] arguments)
    {
        using var promtool = Process.Start(new ProcessStartInfo("promtool", arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
        var errors = promtool.StandardError.ReadToEndAsync();
        var said = await promtool.StandardOutput.ReadToEndAsync() + await errors;
        await promtool.WaitForExitAsync();
        return (promtool.ExitCode, said);
    }

    [GeneratedRegex("- alert: (?<name>\\w+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Alert();

    [GeneratedRegex(@"alertname: (?<alert>\w+)\s+exp_alerts:(?<none> \[\])?", RegexOptions.ExplicitCapture)]
    private static partial Regex Case();

    [GeneratedRegex("^### (?<name>\\w+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Heading();

    [GeneratedRegex("runbook_url: (?<url>\\S+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Runbook();

    [GeneratedRegex("expr: .*\n", RegexOptions.ExplicitCapture)]
    private static partial Regex Expression();

    [GeneratedRegex(@"\b(?<name>(apilb|process)_[a-z_]+)[{ \[)]", RegexOptions.ExplicitCapture)]
    private static partial Regex Metric();

    [GeneratedRegex("^\\| `(?<name>[a-z_]+)` \\|", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex DocumentRow();
}
