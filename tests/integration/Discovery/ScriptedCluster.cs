using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Threading.Channels;
using ApiLb.IntegrationTests.Probing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ApiLb.IntegrationTests.Discovery;

/// <summary>A Kubernetes API that answers as the test tells it to. Real TLS, on a free port of the loopback.</summary>
internal sealed class ScriptedCluster : IAsyncDisposable
{
    public const string SlicesV1 = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices";
    public const string SlicesBeta = "/apis/discovery.k8s.io/v1beta1/namespaces/default/endpointslices";
    public const string Endpoints = "/api/v1/namespaces/default/endpoints";
    public const string Nodes = "/api/v1/nodes";

    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stop = new();

    private ScriptedCluster(WebApplication app) => _app = app;

    /// <summary>What a list of this path answers; a path that is not here answers 404.</summary>
    public ConcurrentDictionary<string, Func<HttpContext, Task>> Lists { get; } = new(StringComparer.Ordinal);

    /// <summary>The lines of the next watches; null: cut the connection; a completed channel ends the watch in order.</summary>
    public ConcurrentQueue<Channel<string?>> Watches { get; } = [];

    /// <summary>As <see cref="Watches"/>, for one path only; goes first.</summary>
    public ConcurrentDictionary<string, Channel<string?>> WatchesOf { get; } = new(StringComparer.Ordinal);

    public ConcurrentQueue<string> Requests { get; } = [];

    public ConcurrentQueue<string> Authorizations { get; } = [];

    public IPEndPoint EndPoint { get; private set; } = new(IPAddress.Loopback, 0);

    /// <param name="ca">Signs its certificate.</param>
    /// <param name="names">Which the certificate covers.</param>
    public static Task<ScriptedCluster> StartAsync(ClusterCa ca, params string[] names) => StartAsync(ca, 0, names);

    /// <param name="ca">Signs its certificate.</param>
    /// <param name="port">0: any that is free.</param>
    /// <param name="names">Which the certificate covers.</param>
    public static async Task<ScriptedCluster> StartAsync(ClusterCa ca, int port, params string[] names)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, l => l.UseHttps(ca.Issue(names))));
        var app = builder.Build();
        ScriptedCluster cluster = new(app);
        app.Run(cluster.AnswerAsync);
        await app.StartAsync();
        cluster.EndPoint = new IPEndPoint(IPAddress.Loopback, new Uri(app.Urls.Single()).Port);
        return cluster;
    }

    public static string Slice(params string[] addresses) =>
        $$"""{"metadata":{"name":"kubernetes","resourceVersion":"7"},"endpoints":[{"addresses":[{{string.Join(',', addresses.Select(a => $"\"{a}\""))}}]}],"ports":[{"name":"https","port":6443}]}""";

    public static string ListOf(params string[] items) => $$$"""{"metadata":{"resourceVersion":"5"},"items":[{{{string.Join(',', items)}}}]}""";

    public static Func<HttpContext, Task> Json(string body) => context => context.Response.WriteAsync(body);

    public static Func<HttpContext, Task> Status(int status, string message = "") => context =>
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync($$"""{"kind":"Status","message":"{{message}}","code":{{status}}}""");
    };

    /// <summary>Answers only when the test is over.</summary>
    public Task HangAsync(HttpContext context) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _stop.Token);

    /// <summary>The next watch has these lines first, and more when the test writes them.</summary>
    public Channel<string?> NextWatch(params string?[] lines)
    {
        var watch = Channel.CreateUnbounded<string?>();
        foreach (var line in lines)
        {
            watch.Writer.TryWrite(line);
        }

        Watches.Enqueue(watch);
        return watch;
    }

    /// <summary>The next watch of this path has the lines that the test writes.</summary>
    public Channel<string?> NextWatchOf(string path) => WatchesOf[path] = Channel.CreateUnbounded<string?>();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        _stop.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Requests.Enqueue(context.Request.Path + context.Request.QueryString);
        Authorizations.Enqueue(context.Request.Headers.Authorization.ToString());
        try
        {
            if (context.Request.Query.ContainsKey("watch"))
            {
                await WatchAsync(context);
                return;
            }

            await Lists.GetValueOrDefault(context.Request.Path.Value ?? "", Status(404, "the server could not find the requested resource"))(context);
        }
        catch (OperationCanceledException)
        {
            // The client or the test is over.
        }
    }

    private async Task WatchAsync(HttpContext context)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, context.RequestAborted);
        await context.Response.StartAsync(end.Token);
        await context.Response.Body.FlushAsync(end.Token);
        if (!WatchesOf.TryRemove(context.Request.Path.Value ?? "", out var watch) && !Watches.TryDequeue(out watch))
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, end.Token);
            return;
        }

        await foreach (var line in watch.Reader.ReadAllAsync(end.Token))
        {
            if (line is null)
            {
                context.Abort();
                return;
            }

            await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), end.Token);
            await context.Response.Body.FlushAsync(end.Token);
        }
    }
}
