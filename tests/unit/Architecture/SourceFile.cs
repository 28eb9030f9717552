using System.Text.RegularExpressions;
using ApiLb.UnitTests.Configuration;

namespace ApiLb.UnitTests.Architecture;

/// <summary>A source file of the product, with its comments and string literals blanked out.</summary>
internal sealed partial class SourceFile
{
    private const string Outside = "";

    private SourceFile(string project, string path)
    {
        Path = System.IO.Path.GetRelativePath(RepositoryFolder.Root, path);
        var parts = System.IO.Path.GetRelativePath(project, path).Split('/');
        Folder = parts.Length > 1 ? parts[0] : Outside;
        Folders = parts[..^1];
        Text = File.ReadAllText(path);
        Code = Noise().Replace(Text, match => match.Value.StartsWith('/') ? "" : "\"\"");
    }

    /// <summary>From the root of the repository.</summary>
    public string Path { get; }

    /// <summary>The folder of the project in which it lies, whatever lies between; empty for the project's own.</summary>
    public string Folder { get; }

    public IReadOnlyList<string> Folders { get; }

    public string TypeName => System.IO.Path.GetFileNameWithoutExtension(Path);

    public string Text { get; }

    public string Code { get; }

    public static IReadOnlyList<SourceFile> OfApiLb { get; } = Read("src", "ApiLb");

    public static IReadOnlyList<SourceFile> OfTransport { get; } = Read("src", "ApiLb.Transport");

    public static IEnumerable<SourceFile> All => OfApiLb.Concat(OfTransport);

    public override string ToString() => Path;

    private static SourceFile[] Read(params string[] project)
    {
        var folder = RepositoryFolder.PathTo(project);
        var files = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(f => !System.IO.Path.GetRelativePath(folder, f).Split('/').Any(p => p is "bin" or "obj"))
            .Order(StringComparer.Ordinal);
        return [.. files.Select(f => new SourceFile(folder, f))];
    }

    // In this order: raw strings, verbatim strings, strings, characters, then comments.
    [GeneratedRegex(""""
        """[\s\S]*?"""|@"(?:[^"]|"")*"|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)+'|//[^\n]*|/\*[\s\S]*?\*/
        """")]
    private static partial Regex Noise();
}
