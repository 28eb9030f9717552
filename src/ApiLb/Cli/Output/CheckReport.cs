using ApiLb.Configuration;

namespace ApiLb.Cli.Output;

/// <summary>What <c>apilb check</c> found. Fields are only ever added: scripts read this.</summary>
/// <param name="File">The configuration file.</param>
/// <param name="Valid">It can be run.</param>
/// <param name="Message">For people, in one line.</param>
/// <param name="Findings">In the order of the file.</param>
internal sealed record CheckReport(string File, bool Valid, string Message, IReadOnlyList<CheckReport.Finding> Findings)
{
    public static CheckReport Of(ConfigurationResult result) => new(
        result.File,
        result.IsValid,
        ConfigurationReport.Summary(result),
        [.. result.Errors.Select(e => Of(e, "error")).Concat(result.Warnings.Select(w => Of(w, "warning"))).OrderBy(f => f.Line).ThenBy(f => f.Column)]);

    private static Finding Of(ConfigurationFinding finding, string severity) => new(severity, finding.Line, finding.Column, finding.KeyPath, finding.Message);

    /// <summary>One error or warning.</summary>
    /// <param name="Severity"><c>error</c> or <c>warning</c>.</param>
    /// <param name="Line">From 1.</param>
    /// <param name="Column">From 1.</param>
    /// <param name="Key">Such as <c>pools.control-plane.health.caFile</c>; empty: the whole file.</param>
    /// <param name="Text">What is wrong, what is allowed, what to do.</param>
    internal sealed record Finding(string Severity, int Line, int Column, string Key, string Text);
}
