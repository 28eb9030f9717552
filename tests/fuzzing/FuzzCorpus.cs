namespace ApiLb.Fuzzing;

/// <summary>
/// <c>tests/fuzzing/corpus</c>: for each target a folder of small inputs that found something once, or reach code that others do not.
/// The normal run replays them, and all runs damage them further.
/// </summary>
internal static class FuzzCorpus
{
    private static readonly string Root = FindRoot(AppContext.BaseDirectory);

    /// <summary>A file of the source tree.</summary>
    public static string PathTo(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    /// <summary>In the order of their names, so that one seed makes the same inputs everywhere.</summary>
    public static IReadOnlyList<(string Name, byte[] Content)> Of(string target)
    {
        var folder = PathTo("tests", "fuzzing", "corpus", target);
        return Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Select(file => (Path.GetFileName(file), File.ReadAllBytes(file)))]
            : [];
    }

    /// <summary>Files of the source tree that a parser is to read, as seeds.</summary>
    public static IEnumerable<string> Texts(string pattern, params ReadOnlySpan<string> folder) =>
        Directory.EnumerateFiles(PathTo(folder), pattern).Order(StringComparer.Ordinal).Select(File.ReadAllText);

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "ApiLb.sln"))
            ? folder
            : FindRoot(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("this runs outside of the source tree"));
}
