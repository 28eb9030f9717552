namespace ApiLb.Configuration;

/// <summary>The words in which a <see cref="ConfigurationResult"/> is told; whoever calls decides where they go.</summary>
internal static class ConfigurationReport
{
    private const string WarningMarker = "warning: ";

    /// <summary>One line per error and warning, in the order of the file; a warning says that it is one.</summary>
    public static IReadOnlyList<string> Lines(ConfigurationResult result) =>
        [.. result.Errors.Select(error => (Finding: error, Marker: ""))
            .Concat(result.Warnings.Select(warning => (Finding: warning, Marker: WarningMarker)))
            .OrderBy(entry => entry.Finding.Line).ThenBy(entry => entry.Finding.Column)
            .Select(entry => entry.Finding.Format(entry.Marker))];

    /// <summary>Whether one of <see cref="Lines"/> is a warning.</summary>
    public static bool IsWarning(string line) => line.Contains($": {WarningMarker}", StringComparison.Ordinal);

    /// <summary>Such as <c>apilb.yaml: OK: 1 listener, 1 pool, 3 backends</c>, or how many errors there are.</summary>
    public static string Summary(ConfigurationResult result)
    {
        var verdict = result.IsValid
            ? "OK: " + Contents(result.Options)
            : Count(result.Errors.Count, "error");
        var warnings = result.Warnings.Count == 0 ? "" : ", " + Count(result.Warnings.Count, "warning");
        return $"{result.File}: {verdict}{warnings}";
    }

    private static string Contents(ApiLbOptions options) =>
        string.Join(
            ", ",
            Count(options.Listeners.Count, "listener"),
            Count(options.Pools.Count, "pool"),
            Count(options.Pools.Sum(pool => pool.Backends.Count), "backend"));

    private static string Count(int number, string noun) => number == 1 ? $"1 {noun}" : $"{number} {noun}s";
}
