using System.Text;
using System.Text.Json;
using ApiLb.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ApiLb.Admin;

/// <summary>Answers one admin request: the table of paths, and nothing else.</summary>
internal sealed partial class AdminRequestHandler(
    AdminSources sources, ReadinessService readiness, StatusReader status, TimeProvider time, ILogger<AdminRequestHandler> logger)
{
    private const string PlainText = "text/plain; charset=utf-8";
    private const string Json = "application/json; charset=utf-8";

    private const string Index =
        """
        apilb
          /metrics     Prometheus
          /lb/healthz  200 while this process accepts connections
          /lb/readyz   200 while a backend is usable and no shutdown has begun

        """;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    public async Task HandleAsync(HttpContext context)
    {
        using var deadline = new CancellationTokenSource(Deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, context.RequestAborted);
        try
        {
            var (code, type, body) = await AnswerAsync(context.Request, context.Features.Get<AdminSurface>(), either.Token);
            await WriteAsync(context.Response, code, type, body, either.Token);
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            Log.Failed(logger, context.Request.Path, e);
            await WriteAsync(context.Response, StatusCodes.Status500InternalServerError, PlainText, "failed, see the log\n"u8.ToArray(), either.Token);
        }
    }

    private async Task<(int Code, string Type, byte[] Body)> AnswerAsync(HttpRequest request, AdminSurface? surface, CancellationToken cancellation)
    {
        var path = request.Path.Value;
        if (!IsKnown(path, surface))
        {
            return (StatusCodes.Status404NotFound, PlainText, "not found\n"u8.ToArray());
        }

        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            request.HttpContext.Response.Headers.Allow = "GET, HEAD";
            return (StatusCodes.Status405MethodNotAllowed, PlainText, "only GET and HEAD\n"u8.ToArray());
        }

        return path switch
        {
            "/metrics" => (StatusCodes.Status200OK, PrometheusText.ContentType, await sources.Metrics.ScrapeAsync(cancellation)),
            "/lb/healthz" => Verdict(sources.CanAccept(), "not every listener accepts connections"),
            "/lb/readyz" => readiness.Current is var (isReady, reason) ? Verdict(isReady, reason) : default,
            "/v1/status" => (StatusCodes.Status200OK, Json, JsonSerializer.SerializeToUtf8Bytes(status.Read(), AdminJsonContext.Default.DaemonStatus)),
            _ => (StatusCodes.Status200OK, PlainText, Encoding.UTF8.GetBytes(Index)),
        };
    }

    /// <summary>The state in full is for the socket alone: it names hosts and says what is broken.</summary>
    private static bool IsKnown(string? path, AdminSurface? surface) => path switch
    {
        "/" or "/metrics" or "/lb/healthz" or "/lb/readyz" => true,
        "/v1/status" => ReferenceEquals(surface, AdminSurface.Socket),
        _ => false,
    };

    private static (int Code, string Type, byte[] Body) Verdict(bool isGood, string reason) => isGood
        ? (StatusCodes.Status200OK, PlainText, "ok\n"u8.ToArray())
        : (StatusCodes.Status503ServiceUnavailable, PlainText, Encoding.UTF8.GetBytes(reason + "\n"));

    private static async Task WriteAsync(HttpResponse response, int code, string type, byte[] body, CancellationToken cancellation)
    {
        response.StatusCode = code;
        response.ContentType = type;
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        await response.Body.WriteAsync(body, cancellation);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Admin request {Path} failed.")]
        public static partial void Failed(ILogger logger, string path, Exception exception);
    }
}
