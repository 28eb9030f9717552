using System.Diagnostics;
using System.Net.Sockets;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using ApiLb.IntegrationTests.Telemetry;
using ApiLb.Telemetry;
using Xunit;

namespace ApiLb.IntegrationTests.Http;

/// <summary>What operators see of requests: a line, a span, numbers.</summary>
[Collection("spans")] // One at a time: whoever listens to spans is seen by the whole process.
public sealed class ObservedRequestTests : IAsyncLifetime
{
    private WebBackend _backend = null!;

    public async ValueTask InitializeAsync() => _backend = await WebBackend.StartAsync("b1");

    public ValueTask DisposeAsync() => _backend.DisposeAsync();

    [Fact]
    public async Task Request_HasOneLineWithoutItsQuery()
    {
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(_backend.Options).With(l => l with { LogRequests = RequestLogging.All }));

        await daemon.GetAsync("/a?token=secret", ("Host", "shop.example.com"), ("User-Agent", "agent"));

        await Eventually.HoldsAsync(() => Lines(daemon).Length == 1, () => string.Join('\n', daemon.Log));
        var line = Lines(daemon)[0];
        Assert.Contains("GET shop.example.com /a? HTTP/1.1 200, route default, served by control-plane/b1, 0 B in, ", line, StringComparison.Ordinal);
        Assert.Contains("attempts: 1, failure: -", line, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OnlyFailedRequestsHaveALine_WhereThatIsWanted()
    {
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(_backend.Options).With(l => l with { LogRequests = RequestLogging.Failed }));
        await daemon.GetAsync("/good");

        await _backend.DisposeAsync();
        await daemon.GetAsync("/bad");

        await Eventually.HoldsAsync(() => Lines(daemon).Length == 1, () => string.Join('\n', daemon.Log));
        Assert.Contains("/bad HTTP/1.1 502, route default, served by control-plane/b1", Lines(daemon)[0], StringComparison.Ordinal);

        // The connection of the first request was kept, and may be noticed to be over only by the second.
        Assert.Matches("failure: (connect|reset)", Lines(daemon)[0]);
    }

    [Fact]
    public async Task Sample_LeavesOutTheOthers()
    {
        await using var daemon = await RunningDaemon.StartAsync(
            HttpSetup.Http(_backend.Options).With(l => l with { LogRequests = RequestLogging.All, LogSample = 5 }));

        for (var i = 0; i < 20; i++)
        {
            await daemon.GetAsync("/good");
        }

        await _backend.DisposeAsync();
        await daemon.GetAsync("/bad");

        await Eventually.HoldsAsync(() => Lines(daemon).Any(l => l.Contains("/bad", StringComparison.Ordinal)), () => string.Join('\n', daemon.Log));
        Assert.Equal(4, Lines(daemon).Count(l => l.Contains("/good", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Metrics_TellRoutesAndPoolsApart()
    {
        const string Labels = "listener=\"web\",route=\"*/b\",pool=\"two\"";
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(_backend.Options).WithRoute("two", r => r with { Path = "/b" }, _backend.Options));

        await daemon.GetAsync("/a");
        await daemon.GetAsync("/b");
        await daemon.GetAsync("/b/c");

        await Eventually.BecomesAsync(2, () => daemon.MetricAsync($"apilb_http_request_duration_seconds_count{{{Labels}}}"), "durations");
        Assert.Equal(2, await daemon.MetricAsync($"apilb_http_requests_total{{{Labels},code=\"2xx\"}}"));
        Assert.Equal(0, await daemon.MetricAsync($"apilb_http_requests_active{{{Labels}}}"));
        Assert.Equal(1, await daemon.MetricAsync("apilb_http_requests_total{listener=\"web\",route=\"default\",pool=\"control-plane\",code=\"2xx\"}"));
    }

    [Fact]
    public async Task Span_ReachesTheCollector()
    {
        // The spans of other tests come too: the source is the process's.
        const string OwnPath = "/span-reaches-the-collector";
        await using var collector = await OtlpCollector.StartAsync();
        var options = HttpSetup.Http(_backend.Options) with { Otlp = new OtlpOptions { Endpoint = collector.Url, Metrics = false, Logs = false, TraceSample = 1 } };
        await using (var daemon = await RunningDaemon.StartAsync(options, new DaemonTerms { LastWords = TimeSpan.FromMinutes(1) }))
        {
            await daemon.GetAsync(OwnPath);
            await Eventually.HoldsAsync(() => daemon.Backend("b1").Counters.Active == 0, () => "the request goes on");
            await daemon.StopAsync(CancellationToken.None);
        }

        var span = Assert.Single(collector.Spans, s => s.Text(5) == "GET" && s.Attributes(9).GetValueOrDefault("url.path") == OwnPath);
        var attributes = span.Attributes(9);
        Assert.Equal(("b1", "default", "200"), (attributes["apilb.backend"], attributes["http.route"], attributes["http.response.status_code"]));
    }

    [Fact]
    public async Task SpanOfThisHop_IsTheBackendsParent()
    {
        const string Trace = "0af7651916cd43dd8448eb211c80319c";
        List<Activity> spans = [];
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == Tracing.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (span.TraceId.ToHexString() == Trace)
                {
                    spans.Add(span);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(_backend.Options));

        var (_, body) = await daemon.GetAsync("/", ("traceparent", $"00-{Trace}-b7ad6b7169203331-01"), ("tracestate", "a=b"));

        await Eventually.HoldsAsync(() => spans.Count == 1, () => $"{spans.Count} spans");
        var span = spans[0];
        Assert.Equal("b7ad6b7169203331", span.ParentSpanId.ToHexString());
        Assert.Contains($"\ntraceparent: 00-{Trace}-{span.SpanId.ToHexString()}-01\n", body, StringComparison.Ordinal);
        Assert.Contains("\ntracestate: a=b\n", body, StringComparison.Ordinal);
        Assert.Equal(200, span.GetTagItem("http.response.status_code"));
        Assert.Equal("b1", span.GetTagItem("apilb.backend"));
    }

    [Fact]
    public async Task Status_ShowsHttpListenersAndTheirRoutes()
    {
        var options = HttpSetup.Http(_backend.Options).WithRoute("two", r => r with { Host = "a.example.com", Path = "/b" }, _backend.Options);
        var socket = Path.Combine(Path.GetTempPath(), $"apilb-{Guid.NewGuid():N}.sock");
        await using var daemon = await RunningDaemon.StartAsync(options with { Admin = options.Admin with { Socket = socket } });
        using HttpClient admin = new(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) =>
            {
                Socket unix = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await unix.ConnectAsync(new UnixDomainSocketEndPoint(socket), cancellation);
                return new NetworkStream(unix, ownsSocket: true);
            },
        });

        var status = await admin.GetStringAsync(new Uri("http://apilb/v1/status"));

        Assert.Contains("\"protocol\": \"http\"", status, StringComparison.Ordinal);
        Assert.Contains("\"host\": \"a.example.com\"", status, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RefusedByKestrel_IsCounted()
    {
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(_backend.Options));
        using var client = await RawClient.ConnectAsync(daemon.EndPoint);

        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", await client.ReadHeadAsync(), StringComparison.Ordinal);
        await Eventually.HoldsAsync(() => daemon.Counters.BadRequests("400") == 1, () => "not counted");
        Assert.Equal(1, await daemon.MetricAsync("apilb_http_bad_requests_total{listener=\"web\",code=\"400\"}"));
        Assert.Empty(_backend.Requests);
    }

    private static string[] Lines(RunningDaemon daemon) => [.. daemon.Log.Where(l => l.Contains(", attempts: ", StringComparison.Ordinal))];
}
