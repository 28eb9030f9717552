namespace ApiLb.Configuration.Values;

/// <summary>The path of a file that the configuration names.</summary>
internal static class FilePath
{
    public static Parsed<string> Parse(string text) =>
        text.Length == 0 || text.Any(char.IsControl)
            ? Parsed<string>.Failed($"{Quoted.Of(text)} is not a path")
            : Parsed<string>.Of(text);
}
