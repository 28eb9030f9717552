namespace ApiLb.Configuration.Values;

/// <summary>The content of a token file: what can stand in an <c>Authorization</c> header. Messages never repeat it.</summary>
internal static class BearerToken
{
    private const int MaximumLength = 64 * 1024;

    public static Parsed<string> Parse(string text)
    {
        var token = text.Trim();
        return token.Length == 0 ? Parsed<string>.Failed("is empty")
            : token.Length > MaximumLength ? Parsed<string>.Failed($"is larger than {MaximumLength / 1024} KiB")

            // RFC 6750, section 2.1, allows less; what matters is that nothing can end the header's line.
            : token.All(c => c is > ' ' and < '\u007f') ? Parsed<string>.Of(token)
            : Parsed<string>.Failed("holds something else than one token");
    }
}
