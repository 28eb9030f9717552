using System.Text;
using Microsoft.AspNetCore.Http;

namespace ApiLb.Demo.StandIns;

/// <summary>The requests that a stand-in answers: enough of the Kubernetes API for kubectl and for ApiLb's own checks. Read-only.</summary>
internal sealed class KubernetesApi(string name, Func<StandInMode> mode, TimeProvider time)
{
    /// <summary>Often enough to see at <c>kubectl get nodes -w</c> that the stream lives.</summary>
    private static readonly TimeSpan WatchPace = TimeSpan.FromSeconds(3);

    private readonly NodeDocuments _nodes = new(name, time);

    public Task AnswerAsync(HttpContext context)
    {
        context.Response.Headers["X-Served-By"] = name;
        context.Response.Headers.CacheControl = "no-cache, private";
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            return JsonAsync(context, DiscoveryText.Status(405, "MethodNotAllowed", "the demo's API is read-only"), 405);
        }

        var path = context.Request.Path.Value!.TrimEnd('/');
        return path switch
        {
            "/readyz" or "/livez" or "/healthz" => HealthAsync(context, path[1..]),
            "/version" => JsonAsync(context, DiscoveryText.Version),
            "/api" => JsonAsync(context, DiscoveryText.CoreVersions(context.Request.Host.Value ?? "")),
            "/apis" => JsonAsync(context, DiscoveryText.Groups),
            "/api/v1" => JsonAsync(context, DiscoveryText.CoreResources),
            "/api/v1/nodes" => IsWatch(context) ? WatchNodesAsync(context) : JsonAsync(context, _nodes.List(WantsTable(context))),
            _ => OthersAsync(context, path),
        };
    }

    private Task OthersAsync(HttpContext context, string path)
    {
        if (path.StartsWith("/api/v1/nodes/", StringComparison.Ordinal) && NodeDocuments.Has(path["/api/v1/nodes/".Length..]))
        {
            return JsonAsync(context, _nodes.One(path["/api/v1/nodes/".Length..], WantsTable(context)));
        }

        var kind = path switch
        {
            "/api/v1/namespaces" => "Namespace",
            _ when path.StartsWith("/api/v1/", StringComparison.Ordinal) && path.EndsWith("/pods", StringComparison.Ordinal) => "Pod",
            _ when path.StartsWith("/api/v1/", StringComparison.Ordinal) && path.EndsWith("/services", StringComparison.Ordinal) => "Service",
            _ => null,
        };
        return kind is not null
            ? JsonAsync(context, DiscoveryText.EmptyList(kind))
            : JsonAsync(context, DiscoveryText.Status(404, "NotFound", "the server could not find the requested resource"), 404);
    }

    private Task HealthAsync(HttpContext context, string check)
    {
        var isShuttingDown = check == "readyz" && mode() == StandInMode.Draining;
        var text = isShuttingDown
            ? HealthText.ShuttingDown()
            : HealthText.Passed(check, context.Request.Query.ContainsKey("verbose"));
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return TextAsync(context, text, "text/plain; charset=utf-8", isShuttingDown ? 500 : 200);
    }

    /// <summary>Streams events until the client or the stand-in ends: as long-lived as a kubelet's watch.</summary>
    private async Task WatchNodesAsync(HttpContext context)
    {
        var asTable = WantsTable(context);
        context.Response.ContentType = "application/json";
        await context.Response.StartAsync(context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        if (!context.Request.Query.ContainsKey("resourceVersion"))
        {
            for (var index = 0; index < NodeDocuments.Count; index++)
            {
                await SendEventAsync(context, _nodes.WatchEvent("ADDED", index, asTable));
            }
        }

        using var pace = new PeriodicTimer(WatchPace, time);
        for (var index = 0; await pace.WaitForNextTickAsync(context.RequestAborted); index++)
        {
            await SendEventAsync(context, _nodes.WatchEvent("MODIFIED", index, asTable));
        }
    }

    private static async Task SendEventAsync(HttpContext context, string line)
    {
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(line), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private static bool IsWatch(HttpContext context) => context.Request.Query["watch"].ToString() is "true" or "1";

    private static bool WantsTable(HttpContext context) =>
        context.Request.Headers.Accept.ToString().Contains("as=Table", StringComparison.Ordinal);

    private static Task JsonAsync(HttpContext context, string json, int status = 200) =>
        TextAsync(context, json, "application/json", status);

    private static Task TextAsync(HttpContext context, string text, string type, int status)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.Headers.ContentLength = bytes.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }
}
