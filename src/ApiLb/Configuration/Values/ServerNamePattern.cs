using System.Net;

namespace ApiLb.Configuration.Values;

/// <summary>
/// A server name of a route, as a ClientHello may ask for it (RFC 6066 3): <c>a.example.com</c>, or <c>*.example.com</c> for
/// every name below. In lower case, for DNS names have none.
/// </summary>
internal static class ServerNamePattern
{
    private const string AnyLabels = "*.";
    private const int MaximumLength = 253;

    public static Parsed<string> Parse(string text)
    {
        var name = text.StartsWith(AnyLabels, StringComparison.Ordinal) ? text[AnyLabels.Length..] : text;
        var isAllowed = text.Length <= MaximumLength && !name.EndsWith('.') && HostAndPort.IsHost(name) && !IPAddress.TryParse(name, out _);
        return isAllowed
            ? Parsed<string>.Of(text.ToLowerInvariant())
            : Parsed<string>.Failed($"{Quoted.Of(text)} {Problem(text)}");
    }

    private static string Problem(string text)
    {
        if (text is "*" or AnyLabels)
        {
            return "is every name; give the listener a pool instead, which serves whatever no route takes";
        }

        if (IPAddress.TryParse(text, out _))
        {
            return "is an IP address, which no ClientHello asks for; give the listener a pool instead, which serves clients without a server name";
        }

        if (!text.All(char.IsAscii))
        {
            return "is not ASCII; write the name as DNS has it (xn--...)";
        }

        return Suggestion(text) is { } suggestion
            ? $"is not a server name; write {Quoted.Of(suggestion)}"
            : "is not a server name; write a host name without port, such as a.example.com, or *.example.com for every name below";
    }

    /// <summary>What is probably meant by a URL, an address with port, a name with a dot too many.</summary>
    private static string? Suggestion(string text)
    {
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        var name = scheme < 0 ? text : text[(scheme + 3)..];
        var end = name.AsSpan().IndexOfAny(':', '/');
        name = (end < 0 ? name : name[..end]).TrimEnd('.');
        name = name.StartsWith('.') ? "*" + name : name;
        return name.Length > 0 && name != text && Parse(name).TryGet(out var pattern, out _) ? pattern : null;
    }
}
