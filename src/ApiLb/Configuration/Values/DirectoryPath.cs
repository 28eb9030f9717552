namespace ApiLb.Configuration.Values;

/// <summary>An absolute path of a directory.</summary>
internal static class DirectoryPath
{
    public static Parsed<string> Parse(string text) =>
        text.StartsWith('/') && !text.Any(char.IsControl)
            ? Parsed<string>.Of(text)
            : Parsed<string>.Failed($"{Quoted.Of(text)} is not the absolute path of a directory, such as /var/lib/apilb");
}
