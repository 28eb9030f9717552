using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace ApiLb.Http;

/// <summary>
/// What a backend is asked for. The client's own bytes where they mean to every server what they meant to the routes: signatures
/// over URLs hold, and <c>%2F</c> stays what it is. Where the path has dot segments, escaped or not, or is no plain path, the
/// normalized one that the routes have seen, so that nobody gets past a route by two spellings of one path.
/// </summary>
internal static class TargetUri
{
    /// <summary>The dialler knows whom it connects; the Host header tells the backend whom the client asks for.</summary>
    public const string Prefix = "http://backend";

    private static readonly UriCreationOptions AsIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <param name="context">The request.</param>
    /// <param name="stripped">What the path begins with and backends do not see; empty: nothing.</param>
    public static Uri Of(HttpContext context, string stripped)
    {
        var raw = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        if (IsPlain(raw) && raw.StartsWith(stripped, StringComparison.Ordinal))
        {
            var rest = raw[stripped.Length..];
            return new Uri(rest.StartsWith('/') ? Prefix + rest : $"{Prefix}/{rest}", AsIs);
        }

        var path = context.Request.Path.Value ?? "";
        return RequestUtilities.MakeDestinationAddress(Prefix, new PathString(path[stripped.Length..]), context.Request.QueryString);
    }

    private static bool IsPlain(string target)
    {
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? target.AsSpan() : target.AsSpan(0, query);
        return path.StartsWith("/") && !path.Contains("/.", StringComparison.Ordinal) && !path.Contains('\\')
            && !path.Contains("%2e", StringComparison.OrdinalIgnoreCase) && !target.Contains('#', StringComparison.Ordinal);
    }
}
