using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace ApiLb.Http;

/// <summary>
/// What Kestrel lets pass and no proxy should pass on, because others may read it in another way: two ways to say how long a body is,
/// and characters that belong in no name, value or target (RFC 9112, RFC 9110, RFC 3986). Pure.
/// </summary>
internal static class RequestSyntax
{
    /// <summary>Where Kestrel puts a Content-Length that came together with a Transfer-Encoding.</summary>
    private const string OverruledLength = "X-Content-Length";

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    private static readonly SearchValues<char> ControlCharacters =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Where(c => c != '\t').Append(0x7F).Select(c => (char)c)]);

    /// <summary>Spaces, fragments, and what some servers take for a slash; beyond ASCII is what Kestrel has refused.</summary>
    private static readonly SearchValues<char> NoTargetCharacters = SearchValues.Create([.. Enumerable.Range(0, 0x21).Append(0x7F).Select(c => (char)c), '#', '\\']);

    public static bool IsSound(HttpContext context) =>
        IsFramedOnce(context.Request)
        && !HasConnectionHeaders(context.Request)
        && context.Features.Get<IHttpRequestFeature>()?.RawTarget is { } target && IsTarget(target)
        && AreHeaders(context.Request.Headers);

    /// <summary>Kestrel refuses what is not chunked at its end; what else there is would be lost on the way.</summary>
    private static bool IsFramedOnce(HttpRequest request)
    {
        var coding = request.Headers.TransferEncoding;
        return coding.Count == 0
            || (coding.Count == 1
                && string.Equals(coding[0], "chunked", StringComparison.OrdinalIgnoreCase)
                && !request.Headers.ContainsKey(OverruledLength)
                && HttpProtocol.IsHttp11(request.Protocol));
    }

    /// <summary>In HTTP/2 nothing says such things about the connection (RFC 9113 8.2.2); Kestrel looks at Connection and TE only.</summary>
    private static bool HasConnectionHeaders(HttpRequest request) =>
        HttpProtocol.IsHttp2(request.Protocol)
        && (request.Headers.Upgrade.Count > 0 || request.Headers.KeepAlive.Count > 0 || request.Headers.ContainsKey(HeaderNames.ProxyConnection));

    private static bool IsTarget(ReadOnlySpan<char> target)
    {
        if (target.ContainsAny(NoTargetCharacters))
        {
            return false;
        }

        var query = target.IndexOf('?');
        var path = query < 0 ? target : target[..query];
        if (!path.StartsWith("/") && path.IndexOf("://") is var scheme and >= 0)
        {
            var rest = path[(scheme + 3)..];
            var slash = rest.IndexOf('/');
            if ((slash < 0 ? rest : rest[..slash]).Contains('@'))
            {
                return false;
            }
        }

        return HasWholeEscapes(path);
    }

    /// <summary>In the path, which routes read; in queries people write lone percent signs.</summary>
    private static bool HasWholeEscapes(ReadOnlySpan<char> path)
    {
        for (var at = path.IndexOf('%'); at >= 0; at = path.IndexOf('%'))
        {
            if (path.Length < at + 3 || !char.IsAsciiHexDigit(path[at + 1]) || !char.IsAsciiHexDigit(path[at + 2]))
            {
                return false;
            }

            path = path[(at + 3)..];
        }

        return true;
    }

    private static bool AreHeaders(IHeaderDictionary headers)
    {
        foreach (var (name, values) in headers)
        {
            // HTTP/2 has its pseudo headers elsewhere.
            if (name.AsSpan().ContainsAnyExcept(NameCharacters))
            {
                return false;
            }

            foreach (var value in values)
            {
                if (value.AsSpan().ContainsAny(ControlCharacters))
                {
                    return false;
                }
            }
        }

        return true;
    }
}
