using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xunit;

namespace ApiLb.IntegrationTests.Telemetry;

/// <summary>Metrics, logs and spans reach a collector, and say what happened.</summary>
[Collection("spans")] // One at a time: whoever listens to spans is seen by the whole process.
public sealed class OtlpTests : IAsyncDisposable
{
    private readonly NamedBackend _cp1 = new("cp1");

    public ValueTask DisposeAsync() => _cp1.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Signals_ArriveAndAreTrue(bool isGrpc)
    {
        var (protocol, spoken) = isGrpc ? (OtlpProtocol.Grpc, HttpProtocols.Http2) : (OtlpProtocol.Http, HttpProtocols.Http1);
        await using var collector = await OtlpCollector.StartAsync(spoken);
        await using (var daemon = await StartAsync(new OtlpOptions { Endpoint = collector.Url, Protocol = protocol }))
        {
            await daemon.ServersOfAsync(3);
            await daemon.ClosesReachAsync(CloseReason.ClientEof, 3);
        }

        // What was not due yet left with the daemon.
        var last = collector.Points.Last(p => p.Name == "apilb_backend_closes" && p.Labels["reason"] == "client_eof");
        Assert.Equal(("control-plane", "cp1", 3UL), (last.Labels["pool"], last.Labels["backend"], last.Value));
        Assert.Equal(3UL, collector.Points.Last(p => p.Name == "apilb_backend_connection_duration").Value);
        Assert.Contains(collector.LogRecords, r => r.At(5).Single().Text(1).Contains("cp1 Unknown -> Ready", StringComparison.Ordinal));
        Assert.Equal(3, SpansOf(collector).Count());
        Assert.All((string[])["metrics", "logs", "traces"], s => Assert.Equal("apilb", collector.ResourceOf(s)["service.name"]));
    }

    [Fact]
    public async Task Span_TellsTheLifeOfItsConnection()
    {
        await using var collector = await OtlpCollector.StartAsync();
        await using (var daemon = await StartAsync(new OtlpOptions { Endpoint = collector.Url, Metrics = false, Logs = false }))
        {
            await daemon.ServersOfAsync(1);
            await daemon.ClosesReachAsync(CloseReason.ClientEof, 1);
        }

        var span = Assert.Single(SpansOf(collector));
        var attributes = span.Attributes(9);
        Assert.Equal(("connection", 2UL), (span.Text(5), span.Number(6)));
        Assert.Equal(("cp1", "client_eof", "1", "4", "8"), (attributes["apilb.backend"], attributes["apilb.reason"], attributes["apilb.attempts"], attributes["apilb.bytes_to_backend"], attributes["apilb.bytes_to_client"]));
        Assert.StartsWith("127.0.0.1:", attributes["client.address"], StringComparison.Ordinal);
        var connected = Assert.Single(span.At(11));
        Assert.Equal("connected", connected.Text(2));
        Assert.InRange(connected.Number(1), span.Number(7), span.Number(8));
        Assert.DoesNotContain(collector.Requests, r => r.Path != "traces");
    }

    [Fact]
    public async Task Sample_LeavesOutTheOthers()
    {
        const int Clients = 60;
        await using var collector = await OtlpCollector.StartAsync();
        await using (var daemon = await StartAsync(new OtlpOptions { Endpoint = collector.Url, Metrics = false, Logs = false, TraceSample = 1_000_000 }))
        {
            await daemon.ServersOfAsync(Clients);
            await daemon.ClosesReachAsync(CloseReason.ClientEof, Clients);
        }

        // One in 17,000 runs of this test may see one.
        Assert.InRange(SpansOf(collector).Count(), 0, 1);
    }

    [Fact]
    public async Task SecuredCollector_IsVerifiedAndGetsTheHeaders()
    {
        using ClusterCa ca = new();
        using var certificate = ca.Issue("127.0.0.1");
        await using var collector = await OtlpCollector.StartAsync(certificate: certificate);
        await File.WriteAllTextAsync(ca.PathOf("headers"), "# of the tests\nAuthorization: Bearer s3cret\nX-Scope-OrgID: 7\n");
        await using (await StartAsync(new OtlpOptions { Endpoint = collector.Url, CaFile = ca.File, HeadersFile = ca.PathOf("headers"), Traces = false }))
        {
        }

        Assert.NotEmpty(collector.Requests);
        Assert.All(collector.Requests, r => Assert.Equal(("Bearer s3cret", "7"), (r.Headers["Authorization"], r.Headers["X-Scope-OrgID"])));
    }

    [Fact]
    public async Task CollectorOfAnotherCa_GetsNothing()
    {
        using ClusterCa ca = new();
        using ClusterCa other = new();
        using var certificate = other.Issue("127.0.0.1");
        await using var collector = await OtlpCollector.StartAsync(certificate: certificate);
        await using (var daemon = await StartAsync(new OtlpOptions { Endpoint = collector.Url, CaFile = ca.File, Traces = false }))
        {
            await DropsReachAsync(daemon, "logs", "not_sent", 1);
        }

        Assert.Empty(collector.Requests);
    }

    [Fact]
    public async Task ReplacedFiles_AreReadAgain()
    {
        using ClusterCa ca = new();
        await using var collector = await OtlpCollector.StartAsync();
        await using var daemon = await StartAsync(new OtlpOptions { Endpoint = collector.Url, HeadersFile = ca.PathOf("headers"), Interval = TimeSpan.FromMilliseconds(50) });
        await DropsReachAsync(daemon, "metrics", "not_sent", 1);

        await File.WriteAllTextAsync(ca.PathOf("headers"), "X-Token: new\n");

        await Eventually.HoldsAsync(() => collector.Requests.Any(r => r.Headers.GetValueOrDefault("X-Token") == "new"), () => $"{collector.Requests.Count} requests");
    }

    private static async Task DropsReachAsync(RunningDaemon daemon, string signal, string cause, double count)
    {
        var seen = 0.0;
        for (var i = 0; i < 300 && seen < count; i++)
        {
            seen = await daemon.MetricAsync($"apilb_otlp_dropped_items_total{{signal=\"{signal}\",cause=\"{cause}\"}}");
            await Task.Delay(TimeSpan.FromMilliseconds(seen < count ? 50 : 0), TimeProvider.System);
        }

        Assert.True(seen >= count, $"{signal} {cause}: {seen}");
    }

    /// <summary>Other daemons in this process share the source of spans.</summary>
    private static IEnumerable<ProtobufMessage> SpansOf(OtlpCollector collector) => collector.Spans.Where(s => s.Attributes(9).GetValueOrDefault("apilb.listener") == nameof(OtlpTests));

    private Task<RunningDaemon> StartAsync(OtlpOptions otlp)
    {
        otlp = otlp with { TraceSample = otlp.TraceSample == 10 ? 1 : otlp.TraceSample, Interval = otlp.Interval == new OtlpOptions { Endpoint = otlp.Endpoint }.Interval ? TimeSpan.FromHours(1) : otlp.Interval };
        var options = Setup.Tcp(_cp1.Options).With((ListenerOptions l) => l with { Name = nameof(OtlpTests) }) with { Otlp = otlp };

        // The collector is in this process, and as busy as it: what is lost to a collector that is slow is for other tests to say.
        return RunningDaemon.StartAsync(options, new DaemonTerms { LastWords = TimeSpan.FromMinutes(1) });
    }
}
