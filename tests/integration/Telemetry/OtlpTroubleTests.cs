using ApiLb.Configuration;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using ApiLb.IntegrationTests.Service;
using ApiLb.Telemetry.Otlp;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ApiLb.IntegrationTests.Telemetry;

/// <summary>A collector that hangs, refuses or is gone is nobody's trouble but the exporters': what they could not send is counted.</summary>
[Collection("spans")] // One at a time: whoever listens to spans is seen by the whole process.
public sealed class OtlpTroubleTests : IAsyncDisposable
{
    private const string Assembly = "OpenTelemetry.Exporter.OpenTelemetryProtocol.dll";

    private static readonly TimeSpan LongTimeout = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly NamedBackend _cp1 = new("cp1");

    public ValueTask DisposeAsync() => _cp1.DisposeAsync();

    [Fact]
    public async Task HangingCollector_HoldsUpNeitherClientsNorScrapesNorTheStop()
    {
        const int Clients = OtlpQueue.Places + 100;
        await using var collector = await OtlpCollector.StartAsync();
        collector.Is = OtlpCollector.Mood.Hangs;
        var daemon = await StartAsync(new OtlpOptions { Endpoint = collector.Url, Timeout = LongTimeout, Interval = TimeSpan.FromMilliseconds(50) });

        try
        {
            Assert.All(await daemon.ServersOfAsync(Clients), name => Assert.Equal("cp1", name));
            await daemon.ClosesReachAsync(Backends.CloseReason.ClientEof, Clients);

            // One line of the log for each, of which the exporter keeps as many as it has places; no request was ever answered.
            await Eventually.HoldsAsync(() => daemon.Log.Count(l => l.Contains("served by", StringComparison.Ordinal)) == Clients, () => "too few lines");
            var lines = daemon.Log.Count();
            Assert.Equal(lines - OtlpQueue.Places, await daemon.MetricAsync("apilb_otlp_dropped_items_total{signal=\"logs\",cause=\"queue_full\"}"));
            Assert.Equal(0, await daemon.MetricAsync("apilb_otlp_sent_items_total{signal=\"logs\"}"));
        }
        finally
        {
            await daemon.DisposeAsync().AsTask().WaitAsync(Patience, TimeProvider.System);
        }
    }

    [Fact]
    public async Task StopWhileTheCollectorAnswers_WaitsForTheAnswer()
    {
        var aWhile = TimeSpan.FromMilliseconds(500);
        await using var collector = await OtlpCollector.StartAsync();
        collector.Is = OtlpCollector.Mood.Ponders;
        var options = new OtlpOptions { Endpoint = collector.Url, Metrics = false, Traces = false };
        using LoggerFactory loggers = new();
        OtlpExport export = new(options, loggers, LongTimeout);
        loggers.CreateLogger("tests").LogWarning("Something happened.");
        await Eventually.HoldsAsync(() => collector.Pondered == 1, () => $"{collector.Pondered} requests");

        var stop = export.DisposeAsync().AsTask();

        await Task.WhenAny(stop, Task.Delay(aWhile, TimeProvider.System));
        Assert.False(stop.IsCompleted);
        collector.Decide();
        await stop.WaitAsync(Patience, TimeProvider.System);
        Assert.Single(collector.LogRecords);
    }

    [Fact]
    public async Task RefusingCollector_IsTwoLinesInTheLog()
    {
        await using var collector = await OtlpCollector.StartAsync();
        collector.Is = OtlpCollector.Mood.Refuses;
        await using var daemon = await StartAsync(new OtlpOptions { Endpoint = collector.Url, Interval = TimeSpan.FromMilliseconds(50), Logs = false, Traces = false });
        await LogsAsync(daemon, "does not take what it is sent");

        collector.Is = OtlpCollector.Mood.Takes;

        await LogsAsync(daemon, "takes everything again");
        Assert.Single(daemon.Log, l => l.Contains("does not take what it is sent", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AbsentCollector_IsCountedAndDelaysNothing()
    {
        Uri nobody = new($"http://{HaProxy.NewEndPoint()}");
        await using var daemon = await StartAsync(new OtlpOptions { Endpoint = nobody, Interval = TimeSpan.FromMilliseconds(50) });

        Assert.Equal(["cp1"], await daemon.ServersOfAsync(1));

        await LogsAsync(daemon, "does not take what it is sent");
        Assert.True(await daemon.MetricAsync("apilb_otlp_dropped_items_total{signal=\"metrics\",cause=\"not_sent\"}") > 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Exporter_IsLoadedOnlyWhereItIsConfigured(bool isConfigured)
    {
        await using var collector = await OtlpCollector.StartAsync();
        using var file = ConfigurationOnDisk.For(_cp1.Port);
        file.Write(await File.ReadAllTextAsync(file.File) + (isConfigured ? $"\notlp: {{ endpoint: \"{collector.Url}\" }}\n" : ""));
        await using var apilb = ApilbProcess.Start(["run", "--config", file.File]);
        await apilb.SaysAsync("is ready");
        using (var client = await Client.ConnectAsync(file.Listener))
        {
            Assert.Equal("cp1", await client.WhoAsync());
        }

        var maps = await File.ReadAllTextAsync($"/proc/{apilb.Id}/maps");

        Assert.Contains("OpenTelemetry.dll", maps, StringComparison.Ordinal);
        Assert.Equal(isConfigured, maps.Contains(Assembly, StringComparison.Ordinal));
    }

    private static Task LogsAsync(RunningDaemon daemon, string part) =>
        Eventually.HoldsAsync(() => daemon.Log.Any(l => l.Contains(part, StringComparison.Ordinal)), () => string.Join('\n', daemon.Log));

    private Task<RunningDaemon> StartAsync(OtlpOptions otlp) => RunningDaemon.StartAsync(
        Setup.Tcp(_cp1.Options).With((ListenerOptions l) => l with { LogConnections = ConnectionLogging.All }) with { Otlp = otlp });
}
