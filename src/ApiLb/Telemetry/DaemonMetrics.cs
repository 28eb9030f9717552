using System.Diagnostics.Metrics;
using ApiLb.Backends;
using ApiLb.Etcd;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace ApiLb.Telemetry;

/// <summary>
/// The metrics of the daemon: one meter, the OpenTelemetry SDK over it, and the scrape. Thread-safe; scrapes run one at a time.
/// </summary>
internal sealed class DaemonMetrics : IDisposable
{
    private static readonly TimeSpan CollectTimeout = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _scraping = new(1, 1);
    private readonly PrometheusExporter _exporter = new();
    private readonly Meter _meter = new("ApiLb", ProcessLifetime.Version);
    private readonly CheckMetrics _checks;
    private readonly MeterProvider _provider;
    private readonly int _members;

    public DaemonMetrics(
        IReadOnlyList<BackendPool> pools, IReadOnlyList<ListenerCounters> listeners, TimeProvider time, Func<EtcdSnapshot>? etcd = null)
    {
        _members = pools.Count + listeners.Count + pools.Sum(SeriesLimit.MembersOf) + (etcd?.Invoke().Members.Count ?? 0);
        Lifetime = new ProcessLifetime(time);
        _provider = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(ResourceBuilder.CreateEmpty())
            .AddMeter(_meter.Name)
            .AddView(ViewOf)
            .AddReader(new BaseExportingMetricReader(_exporter) { TemporalityPreference = MetricReaderTemporalityPreference.Cumulative })
            .Build();
        ProcessInstruments.AddTo(_meter, Lifetime);
        ListenerInstruments.AddTo(_meter, listeners);
        SourcePorts = new SourcePorts(pools, LocalPorts.Count);
        new BackendInstruments(pools, SourcePorts).AddTo(_meter);
        if (etcd is not null)
        {
            new EtcdInstruments(etcd).AddTo(_meter);
        }

        new FactInstruments(pools).AddTo(_meter);
        DiscoveryInstruments.AddTo(_meter, pools);
        Connections = new ConnectionMetrics(_meter);
        _checks = new CheckMetrics(_meter, pools);
    }

    public ProcessLifetime Lifetime { get; }

    /// <summary>For gauges of what Telemetry does not know; added before the first scrape.</summary>
    public Meter Meter => _meter;

    /// <summary>Backends by how much of the local port range they take.</summary>
    public SourcePorts SourcePorts { get; }

    /// <summary>Where connections record their histograms.</summary>
    public ConnectionMetrics Connections { get; }

    /// <summary>More families, which another system's dashboards know; added to every scrape. Set before the first one.</summary>
    public Func<byte[]>? Appendix { get; set; }

    /// <summary>All metrics now, as <see cref="PrometheusText.ContentType"/>.</summary>
    /// <exception cref="InvalidOperationException">The SDK could not collect in time.</exception>
    public async Task<byte[]> ScrapeAsync(CancellationToken cancellation)
    {
        await _scraping.WaitAsync(cancellation);
        try
        {
            var own = _exporter.Scrape(CollectTimeout);
            return Appendix is { } more ? [.. own, .. more()] : own;
        }
        finally
        {
            _scraping.Release();
        }
    }

    public void Dispose()
    {
        _checks.Dispose();
        _meter.Dispose();
        _provider.Dispose();
        _scraping.Dispose();
    }

    /// <summary>The SDK finds meters by name: those of another instance in the same process, as tests have, must not show here.</summary>
    private MetricStreamConfiguration ViewOf(Instrument instrument) =>
        ReferenceEquals(instrument.Meter, _meter) ? MetricViews.ViewOf(instrument, _members) : MetricStreamConfiguration.Drop;
}
