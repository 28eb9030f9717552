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
            using var follow = answer.Follow;
            await WriteAsync(context.Response, answer, either.Token);
            await (follow?.WriteAsync(context.Response.Body, either.Token) ?? Task.CompletedTask);
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
        response.ContentLength = answer.Follow is null ? answer.Body.Length : null;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        foreach (var (name, value) in answer.Headers)
        {
            response.Headers[name] = value;
        }

        await response.Body.WriteAsync(answer.Body, cancellation);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Admin request {Path} failed.")]
        public static partial void Failed(ILogger logger, string path, Exception exception);
    }
}
