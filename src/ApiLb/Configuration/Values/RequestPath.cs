namespace ApiLb.Configuration.Values;

/// <summary>The path of an HTTP request, with its query if it has one.</summary>
internal static class RequestPath
{
    public static Parsed<string> Parse(string text) =>
        text.StartsWith('/') && text.All(c => c is > ' ' and < '\u007f')
            ? Parsed<string>.Of(text)
            : Parsed<string>.Failed($"{Quoted.Of(text)} is not a request path; it begins with / and has no spaces");
}
