namespace ApiLb.Configuration.Values;

/// <summary>Names as Kubernetes allows them; https://kubernetes.io/docs/concepts/overview/working-with-objects/names/.</summary>
internal static class KubernetesName
{
    private const int LongestName = 63;
    private const int LongestSelector = 1024;

    /// <summary><c>NAMESPACE/NAME</c>.</summary>
    public static Parsed<string> ParseQualified(string text) =>
        text.Split('/') is [var space, var name] && IsLabel(space) && IsLabel(name)
            ? Parsed<string>.Of(text)
            : Parsed<string>.Failed($"{Quoted.Of(text)} is not NAMESPACE/NAME, such as ingress-nginx/ingress-nginx-controller");

    /// <summary>Name or number of a port.</summary>
    public static Parsed<string> ParsePort(string text) =>
        IsLabel(text) && (!text.All(char.IsAsciiDigit) || (int.Parse(text[..Math.Min(text.Length, 6)], System.Globalization.CultureInfo.InvariantCulture) is > 0 and <= 65535))
            ? Parsed<string>.Of(text)
            : Parsed<string>.Failed($"{Quoted.Of(text)} is neither a port's name, such as https, nor a number from 1 to 65535");

    public static Parsed<string> ParseLabelValue(string text) =>
        text.Length is > 0 and <= LongestName && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            && char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1])
            ? Parsed<string>.Of(text)
            : Parsed<string>.Failed($"{Quoted.Of(text)} is not the value of a label; use 1 to {LongestName} letters, digits, '-', '_' or '.'");

    /// <summary>A label selector. Only its letters are looked at: its grammar is the apiserver's to judge.</summary>
    public static Parsed<string> ParseSelector(string text) =>
        text.Length is > 0 and <= LongestSelector && text.All(c => char.IsAsciiLetterOrDigit(c) || "-_./!=,() ".Contains(c, StringComparison.Ordinal))
            ? Parsed<string>.Of(text)
            : Parsed<string>.Failed($"{Quoted.Of(text)} is not a label selector, such as node-role.kubernetes.io/ingress=,zone!=c");

    /// <summary>Of a namespace, a Service, a port.</summary>
    public static bool IsLabel(string text) =>
        text.Length is > 0 and <= LongestName && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-')
        && text[0] != '-' && text[^1] != '-';
}
