namespace ApiLb.Configuration.Values;

/// <summary>The name of an HTTP header (a token, RFC 9110 5.6.2).</summary>
internal static class HeaderName
{
    private const string Marks = "!#$%&'*+-.^_`|~";

    public static Parsed<string> Parse(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || Marks.Contains(c, StringComparison.Ordinal))
            ? Parsed<string>.Of(text)
            : Parsed<string>.Failed($"{Quoted.Of(text)} is not the name of a header");
}
