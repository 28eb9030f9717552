namespace ApiLb.Configuration.Values;

/// <summary>The name of a listener, pool or backend; it appears in logs, metrics and commands, hence the narrow alphabet.</summary>
internal static class Name
{
    private const int MaximumLength = 63;

    public static Parsed<string> Parse(string text) =>
        IsAllowed(text)
            ? Parsed<string>.Of(text)
            : Parsed<string>.Failed($"{Quoted.Of(text)} is not a name; use 1 to {MaximumLength} letters, digits, '.', '-' or '_', a letter or digit first");

    private static bool IsAllowed(string text) =>
        text.Length is > 0 and <= MaximumLength
        && char.IsAsciiLetterOrDigit(text[0])
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}
