using System.Text.RegularExpressions;
using ApiLb.UnitTests.Configuration;
using Xunit;

namespace ApiLb.UnitTests.Architecture;

/// <summary>docs/threat-model.md: every claim names tests, and they exist.</summary>
public sealed partial class ThreatModelTests
{
    [Fact]
    public async Task EveryClaim_NamesTestsThatExist()
    {
        var rows = await ClaimsAsync();

        Assert.True(rows.Count >= 25, $"only {rows.Count} claims were found");
        Assert.All(rows, row => Assert.NotEmpty(TestsIn(row)));
        Assert.All(rows.SelectMany(TestsIn), test => Assert.True(Exists(test.Class, test.Method), $"{test.Class}.{test.Method} does not exist"));
    }

    [Fact]
    public void TestThatDoesNotExist_IsNoticed() => Assert.False(Exists(nameof(ThreatModelTests), "Nobody_WroteThis"));

    private static async Task<List<string>> ClaimsAsync()
    {
        var document = await File.ReadAllTextAsync(RepositoryFolder.PathTo("docs", "threat-model.md"));
        var claims = document[document.IndexOf("## Claims", StringComparison.Ordinal)..document.IndexOf("## What is not protected", StringComparison.Ordinal)];
        return [.. claims.Split('\n').Where(l => l.StartsWith("| ", StringComparison.Ordinal)).Skip(1)];
    }

    private static IEnumerable<(string Class, string Method)> TestsIn(string row) =>
        NamedTest().Matches(row).Select(m => (m.Groups["class"].Value, m.Groups["method"].Value));

    private static bool Exists(string type, string method) =>
        Directory.EnumerateFiles(RepositoryFolder.PathTo("tests"), $"{type}.cs", SearchOption.AllDirectories)
            .Any(file => Regex.IsMatch(File.ReadAllText(file), $@"\b{Regex.Escape(method)}\("));

    [GeneratedRegex(@"`(?<class>\w+Tests)\.(?<method>\w+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex NamedTest();
}
