using System.Text.RegularExpressions;
using Xunit;

namespace ApiLb.UnitTests.Architecture;

/// <summary>The rules for every file under src that a test can check.</summary>
public sealed partial class SourceRulesTests
{
    private const int LongestFile = 300;

    private static readonly string[] Drawers =
        ["Util", "Utils", "Utilities", "Helper", "Helpers", "Manager", "Managers", "Common", "Info", "Misc", "Impl"];

    [Fact]
    public void Sources_AreFound()
    {
        Assert.True(SourceFile.OfApiLb.Count > 50, $"found {SourceFile.OfApiLb.Count}");
        Assert.True(SourceFile.OfTransport.Count > 20, $"found {SourceFile.OfTransport.Count}");
    }

    [Fact]
    public void Files_AreShort() =>
        Assert.Empty(
            from file in SourceFile.All
            let lines = file.Text.AsSpan().Count('\n')
            where lines > LongestFile
            select $"{file}: {lines} lines");

    [Fact]
    public void EachFile_HoldsOneTypeOfItsName() =>
        Assert.Empty(
            from file in SourceFile.All
            let types = TopLevelTypes().Matches(file.Code).Select(m => m.Groups["name"].Value).ToArray()
            where types is not [var only] || only != file.TypeName
            select $"{file}: {string.Join(", ", types)}");

    [Fact]
    public void Namespaces_AreTheFolders() =>
        Assert.Empty(
            from file in SourceFile.OfApiLb
            let expected = string.Join('.', ["ApiLb", .. file.Folders])
            where !file.Code.Contains($"\nnamespace {expected};", StringComparison.Ordinal) && !file.Code.StartsWith($"namespace {expected};", StringComparison.Ordinal)
            select $"{file}: not in namespace {expected}");

    [Fact]
    public void NoFolderOrType_IsADrawer() =>
        Assert.Empty(
            from file in SourceFile.All
            from name in file.Folders.Append(file.TypeName)
            from word in Words().Matches(name).Select(m => m.Value)
            where Drawers.Contains(word)
            select $"{file}: {word}");

    [Fact]
    public void Console_BelongsToCliAndDemo() =>
        Assert.Empty(
            from file in SourceFile.All
            where file.Folder is not ("Cli" or "Demo") && Terminals().IsMatch(file.Code)
            select file.Path);

    [Fact]
    public void UnsafeCodeAndNativeCalls_BelongToTransport() =>
        Assert.Empty(SourceFile.OfApiLb.Where(f => Unsafe().IsMatch(f.Code)).Select(f => f.Path));

    [Fact]
    public void NoRegions_NoAsyncVoid() =>
        Assert.Empty(SourceFile.All.Where(f => Unwanted().IsMatch(f.Code)).Select(f => f.Path));

    [Fact]
    public void NoPathOfTheBuildMachine_IsInTheTree() =>
        Assert.Empty(SourceFile.All.Where(f => f.Text.Contains("/work/", StringComparison.Ordinal)).Select(f => f.Path));

    [GeneratedRegex(
        @"^(?:(?:public|internal|file|sealed|static|abstract|readonly|partial|unsafe|ref)\s+)*(?:class|struct|interface|enum|record(?:\s+(?:struct|class))?|delegate\s+\S+)\s+(?<name>\w+)",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex TopLevelTypes();

    [GeneratedRegex("[A-Z][a-z0-9]*")]
    private static partial Regex Words();

    [GeneratedRegex(@"(?<![\w.])(?:System\.Console|Console|AnsiConsole)\.")]
    private static partial Regex Terminals();

    [GeneratedRegex(@"\bunsafe\b|\bLibraryImport\b|\bDllImport\b|\bNativeLibrary\b|\bMarshal\.(?:Alloc|Copy|PtrTo)")]
    private static partial Regex Unsafe();

    [GeneratedRegex(@"^\s*#region|\basync\s+void\b", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Unwanted();
}
