using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ApiLb.Admin;

/// <summary>Serves one admin request: its deadline, its answer, and what happens when answering fails.</summary>
internal sealed partial class AdminRequestHandler(AdminRoutes routes, TimeProvider time, ILogger<AdminRequestHandler> logger)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    public async Task HandleAsync(HttpContext context)
    {
        using var deadline = new CancellationTokenSource(routes.DeadlineOf(context.Request.Path.Value) ?? Deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, context.RequestAborted);
        try
        {
            var answer = await routes.AnswerAsync(context.Request, context.Features.Get<AdminSurface>(), context.Features.Get<PeerCredentials>(), either.Token);
            await WriteAsync(context.Response, answer, either.Token);
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            Log.Failed(logger, context.Request.Path, e);
            var answer = AdminAnswer.Text("failed, see the log\n", StatusCodes.Status500InternalServerError);
            await WriteAsync(context.Response, answer, either.Token);
        }
    }

    private static async Task WriteAsync(HttpResponse response, AdminAnswer answer, CancellationToken cancellation)
    {
        response.StatusCode = answer.Code;
        response.ContentType = answer.Type;
        response.ContentLength = answer.Body.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        await response.Body.WriteAsync(answer.Body, cancellation);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Admin request {Path} failed.")]
        public static partial void Failed(ILogger logger, string path, Exception exception);
    }
}
