using System.Diagnostics;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace ApiLb.Http;

/// <summary>What one request becomes on its way to a backend. YARP leaves out what belongs to the client's connection (RFC 9110 7.6.1).</summary>
/// <param name="request">Which.</param>
/// <param name="span">Of this hop; null: none is recorded, and what the client says about its trace is passed on.</param>
internal sealed class RequestTransformer(ProxiedRequest request, Activity? span) : HttpTransformer
{
    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        var (visitor, route) = (request.Visitor, request.Route!);
        var headers = proxyRequest.Headers;
        if (NeedsCare(headers.NonValidated))
        {
            TakeCare(headers, httpContext.Request.Headers);
        }

        if (proxyRequest.Content is { } body && headers.ExpectContinue == true)
        {
            // SocketsHttpHandler sends up to 1 KiB also after a refusal, and to have it Kestrel would ask the client with a 100.
            body.Headers.ContentLength = null;
        }

        ForwardedHeaders.Add(headers, httpContext.Request, visitor, route.StrippedPath);
        if (span is not null)
        {
            TraceContext.Replace(headers, span);
        }

        // The client's own line. SocketsHttpHandler would add one of its own to a line that it cannot read.
        _ = headers.Host ?? throw new FormatException("the host is no name of one");
        proxyRequest.RequestUri = visitor.LastTarget.Of(httpContext, route.StrippedPath);
    }

    public override async ValueTask<bool> TransformResponseAsync(HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        var copies = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        if (httpContext.Response.StatusCode >= StatusCodes.Status300MultipleChoices && request.BytesFromClient == 0)
        {
            PlainAnswer.CloseIfBodyIsHeldBack(httpContext);
        }

        return copies;
    }

    /// <summary>Clients of HTTP/1.1 get no trailers: they would have to be announced before the answer, and Kestrel cannot send them.</summary>
    public override ValueTask TransformResponseTrailersAsync(HttpContext httpContext, HttpResponseMessage proxyResponse, CancellationToken cancellationToken) =>
        HttpProtocol.IsHttp2(request.Protocol) ? base.TransformResponseTrailersAsync(httpContext, proxyResponse, cancellationToken) : default;

    /// <summary>Few requests have such a header, and here nothing is allocated to find that out.</summary>
    private static bool NeedsCare(HttpHeadersNonValidated headers)
    {
        foreach (var (name, values) in headers)
        {
            if (ForwardedHeaders.IsClaim(name) || (values.Count > 1 && IsStreamProtocol(name)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Leaves out what the client claims to be, and keeps lines apart that must not be joined.</summary>
    private void TakeCare(HttpRequestHeaders headers, IHeaderDictionary given)
    {
        foreach (var (name, values) in given)
        {
            if (ForwardedHeaders.IsClaim(name) && !(request.Visitor.IsTrustedProxy && name.StartsWith("X-Remote-", StringComparison.OrdinalIgnoreCase)))
            {
                headers.Remove(name);
            }
            else if (values.Count > 1 && IsStreamProtocol(name))
            {
                headers.Remove(name);
                headers.TryAddWithoutValidation(name, RepeatedHeader.Join(values));
            }
        }
    }

    private static bool IsStreamProtocol(string name) => name.Equals(RepeatedHeader.StreamProtocolVersion, StringComparison.OrdinalIgnoreCase);
}
