namespace ApiLb.Configuration.Values;

/// <summary>The path of a file; a relative one starts at the folder of the configuration file.</summary>
internal static class FilePath
{
    public static Parsed<string> Parse(string text) =>
        text.Length == 0 || text.Any(char.IsControl)
            ? Parsed<string>.Failed($"{Quoted.Of(text)} is not a path")
            : Parsed<string>.Of(text);
}
