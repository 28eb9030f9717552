using System.Text.RegularExpressions;

namespace ApiLb.BehaviourTests;

/// <summary>The temporary folder of one test: another one in every run, so that its name has no place in the table.</summary>
internal static partial class TestFolder
{
    private const string Prefix = "apilb-bhv-";

    public static DirectoryInfo Create() => Directory.CreateTempSubdirectory(Prefix);

    /// <summary>The text with files of such folders by their names alone.</summary>
    public static string WithoutIn(string text) => Mentioned().Replace(text, mention => mention.Value.EndsWith('/') ? "" : "the test's folder");

    [GeneratedRegex($@"[^\s'""(\[,;:=]*/{Prefix}\w*/?", RegexOptions.ExplicitCapture)]
    private static partial Regex Mentioned();
}
