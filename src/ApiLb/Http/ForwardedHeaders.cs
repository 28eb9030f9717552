using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace ApiLb.Http;

/// <summary>
/// Tells backends whom a request is from. What the client itself says about that is left out, unless it is a proxy that the
/// listener trusts: then it is kept, and this hop added.
/// </summary>
internal static class ForwardedHeaders
{
    private const string For = "X-Forwarded-For";
    private const string Proto = "X-Forwarded-Proto";
    private const string Host = "X-Forwarded-Host";
    private const string Prefix = "X-Forwarded-Prefix";

    private static readonly HashSet<string> Claims = new(StringComparer.OrdinalIgnoreCase)
    {
        "Forwarded", For, Proto, Host, Prefix, "X-Forwarded-Port", "X-Forwarded-Server", "X-Forwarded-Client-Cert", "X-Real-IP",
    };

    /// <summary>By which an apiserver believes a front proxy (--requestheader-username-headers and its like) whom a request is from.</summary>
    private const string FrontProxyClaim = "X-Remote-";

    /// <summary>True for a header in which a client tells who it is, or where it comes from.</summary>
    public static bool IsClaim(string header) =>
        header.Length > 0 && (header[0] | 0x20) is 'x' or 'f' && (Claims.Contains(header) || header.StartsWith(FrontProxyClaim, StringComparison.OrdinalIgnoreCase));

    /// <param name="headers">Of the request to the backend.</param>
    /// <param name="request">As the client sent it.</param>
    /// <param name="visitor">Who that is.</param>
    /// <param name="stripped">What backends do not see of the path.</param>
    public static void Add(HttpRequestHeaders headers, HttpRequest request, Visitor visitor, string stripped)
    {
        headers.TryAddWithoutValidation(For, Kept(request, visitor, For) is { Length: > 0 } before ? $"{before}, {visitor.Name}" : visitor.Name);
        headers.TryAddWithoutValidation(Proto, Kept(request, visitor, Proto) ?? visitor.Scheme);
        if ((Kept(request, visitor, Host) ?? request.Headers.Host.ToString()) is { Length: > 0 } host)
        {
            headers.TryAddWithoutValidation(Host, host);
        }

        var prefix = Kept(request, visitor, Prefix) + stripped;
        if (prefix.Length > 0)
        {
            headers.TryAddWithoutValidation(Prefix, prefix);
        }
    }

    private static string? Kept(HttpRequest request, Visitor visitor, string header)
    {
        var values = visitor.IsTrustedProxy ? request.Headers[header] : StringValues.Empty;
        return values.Count > 0 ? values.ToString() : null;
    }
}
