using System.Globalization;
using System.Text;
using ApiLb.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace ApiLb.Http;

/// <summary>What a client is told when no backend answers it: the status, why, and which listener said so. Nothing about backends.</summary>
internal static class PlainAnswer
{
    /// <param name="context">Its answer must not have begun.</param>
    /// <param name="listener">Who says it.</param>
    /// <param name="failure">Why.</param>
    /// <param name="wait">How long the client should wait before it asks again; zero: nobody knows.</param>
    public static async Task WriteAsync(HttpContext context, string listener, RequestFailure failure, TimeSpan wait = default)
    {
        var response = context.Response;

        // Kestrel knows better which fault a body has: too slow (408), or malformed.
        var code = failure == RequestFailure.BadRequest && response.StatusCode is > 400 and < 500 ? response.StatusCode : StatusOf(failure);
        response.Clear();
        response.StatusCode = code;
        var body = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{code} {ReasonPhrases.GetReasonPhrase(code)}: {Explain(failure)} (listener {listener})\n"));
        response.ContentType = "text/plain; charset=utf-8";
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        if (wait > TimeSpan.Zero)
        {
            response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        // Where one such request ends, and whether more comes behind it, is nothing to rely on.
        if (failure == RequestFailure.BadRequest && !HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            response.Headers.Connection = "close";
        }

        CloseIfBodyIsHeldBack(context);
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(body, context.RequestAborted);
        }
    }

    /// <summary>
    /// Whoever waits for a 100 and is refused may send the body or not (RFC 9110 10.1.1): what comes next on this connection would be a guess.
    /// </summary>
    public static void CloseIfBodyIsHeldBack(HttpContext context)
    {
        if (context.Request.Headers.Expect.Count > 0 && HttpProtocol.IsHttp11(context.Request.Protocol))
        {
            context.Response.Headers.Connection = "close";
        }
    }

    public static int StatusOf(RequestFailure failure) => failure switch
    {
        RequestFailure.NoRoute => StatusCodes.Status404NotFound,
        RequestFailure.BadRequest => StatusCodes.Status400BadRequest,
        RequestFailure.Denied => StatusCodes.Status403Forbidden,
        RequestFailure.RateLimit => StatusCodes.Status429TooManyRequests,
        RequestFailure.BodyTooLarge => StatusCodes.Status413PayloadTooLarge,
        RequestFailure.NoBackend or RequestFailure.BackendsFull => StatusCodes.Status503ServiceUnavailable,
        RequestFailure.Timeout => StatusCodes.Status504GatewayTimeout,
        RequestFailure.LocalFault => StatusCodes.Status500InternalServerError,
        _ => StatusCodes.Status502BadGateway,
    };

    private static string Explain(RequestFailure failure) => failure switch
    {
        RequestFailure.NoRoute => "nothing is served at this host and path",
        RequestFailure.BadRequest => "the request cannot be forwarded",
        RequestFailure.Denied => "your address may not use this",
        RequestFailure.RateLimit => "too many requests from your address",
        RequestFailure.BodyTooLarge => "the body is longer than is allowed here",
        RequestFailure.NoBackend => "no backend is available",
        RequestFailure.BackendsFull => "every backend is busy",
        RequestFailure.Connect => "no backend could be reached",
        RequestFailure.Handshake => "no backend could be reached by TLS",
        RequestFailure.Timeout => "the backend did not answer in time",
        RequestFailure.BadAnswer => "the backend's answer is not valid HTTP",
        RequestFailure.LocalFault => "the load balancer failed, see its log",
        _ => "the backend closed the connection before its answer was whole",
    };
}
