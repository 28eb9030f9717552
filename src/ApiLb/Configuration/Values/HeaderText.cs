namespace ApiLb.Configuration.Values;

/// <summary>The value of an HTTP header.</summary>
internal static class HeaderText
{
    public static Parsed<string> Parse(string text) =>
        text.Length > 0 && text == text.Trim() && text.All(c => c is >= ' ' and < '\u007f')
            ? Parsed<string>.Of(text)
            : Parsed<string>.Failed($"{Quoted.Of(text)} is not the value of a header: printable ASCII without spaces at its ends");
}
