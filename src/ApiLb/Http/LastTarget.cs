using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ApiLb.Http;

/// <summary>
/// What was asked for last over one connection. Who keeps a connection often asks for the same again (a lease is renewed, a page polled),
/// and to parse it is the dearest part of a request's head. Thread-safe: of streams that ask at once, one is remembered.
/// </summary>
internal sealed class LastTarget
{
    /// <summary>Idle connections should not keep more.</summary>
    private const int Longest = 256;

    private volatile Known? _last;

    /// <summary>As <see cref="TargetUri.Of"/>.</summary>
    public Uri Of(HttpContext context, string stripped)
    {
        var raw = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        if (_last is { } last && last.Raw == raw && last.Stripped == stripped)
        {
            return last.Uri;
        }

        var uri = TargetUri.Of(context, stripped);
        _last = raw.Length <= Longest ? new Known(raw, stripped, uri) : null;
        return uri;
    }

    private sealed record Known(string Raw, string Stripped, Uri Uri);
}
