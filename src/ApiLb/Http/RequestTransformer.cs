using System.Diagnostics;
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
        foreach (var (name, values) in httpContext.Request.Headers)
        {
            if (ForwardedHeaders.IsClaim(name) && !(visitor.IsTrustedProxy && name.StartsWith("X-Remote-", StringComparison.OrdinalIgnoreCase)))
            {
                headers.Remove(name);
            }
            else if (values.Count > 1 && name.Equals(RepeatedHeader.StreamProtocolVersion, StringComparison.OrdinalIgnoreCase))
            {
                headers.Remove(name);
                headers.TryAddWithoutValidation(name, RepeatedHeader.Join(values));
            }
        }

        if (headers.ExpectContinue == true && proxyRequest.Content is { } body)
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
        proxyRequest.RequestUri = TargetUri.Of(httpContext, route.StrippedPath);
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
}
