namespace ApiLb.Configuration.Values;

/// <summary>What the path of a request begins with, in whole segments: <c>/</c>, or <c>/cluster-a</c> without a slash at its end.</summary>
internal static class PathPrefix
{
    private const string Root = "/";

    public static Parsed<string> Parse(string text)
    {
        var path = text.Length > 1 && text.EndsWith('/') ? text[..^1] : text;
        var isPath = path.StartsWith('/') && path.All(c => c is > ' ' and < '\u007f' and not ('?' or '#' or '%' or '\\' or '*'));
        var isPlain = path == Root || path.Split('/').Skip(1).All(segment => segment is not ("" or "." or ".."));
        return isPath && isPlain
            ? Parsed<string>.Of(path)
            : Parsed<string>.Failed($"{Quoted.Of(text)} is not the begin of a path; write whole segments without query, escapes or wildcards, such as /cluster-a");
    }
}
