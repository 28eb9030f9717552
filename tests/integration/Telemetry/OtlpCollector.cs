using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace ApiLb.IntegrationTests.Telemetry;

/// <summary>A collector that takes OTLP over HTTP and gRPC, decodes it, and can be told to refuse, to answer late or never.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    /// <summary>Of gRPC: not compressed, and the length in four bytes.</summary>
    private const int LengthOfPrefix = 5;

    private readonly WebApplication _application;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _decision = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _pondered;

    private OtlpCollector(WebApplication application) => _application = application;

    public enum Mood
    {
        Takes,
        Refuses,
        Hangs,
        Ponders,
    }

    public Mood Is { get; set; }

    /// <summary>Requests that wait, or waited, for <see cref="Decide"/>.</summary>
    public int Pondered => Volatile.Read(ref _pondered);

    public Uri Url => new(_application.Urls.Single());

    /// <summary>What came, by the last part of the path.</summary>
    public ConcurrentQueue<(string Path, Dictionary<string, string> Headers, ProtobufMessage Message)> Requests { get; } = [];

    /// <summary>By name: every point's labels and its number; the latest last.</summary>
    public IEnumerable<(string Name, Dictionary<string, string> Labels, ulong Value)> Points =>
        from metric in Of("metrics").SelectMany(m => m.At(1, 2, 2))
        let kind = metric.Bytes(5) is not null ? 5 : metric.Bytes(7) is not null ? 7 : 9
        from point in metric.At(kind, 1)
        select (metric.Text(1), point.Attributes(kind == 9 ? 9 : 7), kind == 9 ? point.Number(4) : point.Number(6));

    public IEnumerable<ProtobufMessage> LogRecords => Of("logs").SelectMany(m => m.At(1, 2, 2));

    public IEnumerable<ProtobufMessage> Spans => Of("traces").SelectMany(m => m.At(1, 2, 2));

    /// <summary>The attributes of the resource in all requests of a signal.</summary>
    public Dictionary<string, string> ResourceOf(string signal) => Of(signal).First().At(1, 1).First().Attributes(1);

    public static async Task<OtlpCollector> StartAsync(HttpProtocols protocols = HttpProtocols.Http1, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endPoint =>
        {
            endPoint.Protocols = protocols;
            if (certificate is not null)
            {
                endPoint.UseHttps(certificate);
            }
        }));
        OtlpCollector collector = new(builder.Build());
        collector._application.Run(collector.AnswerAsync);
        await collector._application.StartAsync();
        return collector;
    }

    /// <summary>Whoever ponders takes it now.</summary>
    public void Decide() => _decision.SetResult();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _application.DisposeAsync();
        _stop.Dispose();
    }

    private IEnumerable<ProtobufMessage> Of(string signal) => Requests.Where(r => r.Path == signal).Select(r => r.Message);

    private async Task AnswerAsync(HttpContext context)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body);
        if (Is == Mood.Hangs)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        if (Is == Mood.Ponders)
        {
            Interlocked.Increment(ref _pondered);
            await _decision.Task.WaitAsync(context.RequestAborted);
        }

        if (Is == Mood.Refuses)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        var isGrpc = context.Request.ContentType == "application/grpc";
        var path = context.Request.Path.Value!;
        var signal = !isGrpc ? path.Split('/')[^1]
            : path.Contains("TraceService", StringComparison.Ordinal) ? "traces" : path.Contains("LogsService", StringComparison.Ordinal) ? "logs" : "metrics";
        var headers = context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        Requests.Enqueue((signal, headers, new ProtobufMessage(body.ToArray()[(isGrpc ? LengthOfPrefix : 0)..])));
        if (isGrpc)
        {
            context.Response.ContentType = "application/grpc";
            context.Response.DeclareTrailer("grpc-status");
            await context.Response.Body.WriteAsync(new byte[LengthOfPrefix]);
            context.Response.AppendTrailer("grpc-status", "0");
        }
        else
        {
            context.Response.ContentType = "application/x-protobuf";
        }
    }
}
