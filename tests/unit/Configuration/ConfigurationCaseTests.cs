using ApiLb.Configuration;
using Xunit;

namespace ApiLb.UnitTests.Configuration;

/// <summary>
/// Every file in Cases is a configuration, a separator, and what apilb has to say about it: one line per error and
/// warning, and a last line when the file is valid. To add a test, add a file. <c>{folder}</c> stands for the folder
/// of the cases.
/// </summary>
public sealed class ConfigurationCaseTests
{
    private const string Separator = "=== expected ===\n";

    private static readonly string Folder = RepositoryFolder.PathTo("tests", "unit", "Configuration", "Cases");

    public static TheoryData<string> Cases() => [.. Directory.GetFiles(Folder, "*.yaml").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Case_SaysWhatItExpects(string name)
    {
        var (yaml, expected) = Split(await File.ReadAllTextAsync(Path.Combine(Folder, name + ".yaml")));
        using var file = new TemporaryFile(Folder, yaml);

        var result = await ConfigurationFile.LoadAsync(file.Path, TestContext.Current.CancellationToken);

        Assert.Equal(expected, Told(result, file.Path));
    }

    [Fact]
    public void Cases_AreManyAndEachExpectsSomething()
    {
        Assert.True(Cases().Count >= 40);
        Assert.All(Directory.GetFiles(Folder, "*.yaml"), file => Assert.NotEmpty(Split(File.ReadAllText(file)).Expected.Trim()));
    }

    private static (string Yaml, string Expected) Split(string text)
    {
        var at = text.IndexOf(Separator, StringComparison.Ordinal);
        Assert.True(at >= 0, "the case has no separator line");
        return (text[..at], text[(at + Separator.Length)..]);
    }

    private static string Told(ConfigurationResult result, string file)
    {
        var lines = ConfigurationReport.Lines(result).Select(line => line[(file.Length + 1)..]);
        if (result.IsValid)
        {
            lines = lines.Append(ConfigurationReport.Summary(result)[(file.Length + 2)..]);
        }

        return string.Concat(lines.Select(line => line + "\n")).Replace(Folder + "/", "{folder}/", StringComparison.Ordinal);
    }
}
