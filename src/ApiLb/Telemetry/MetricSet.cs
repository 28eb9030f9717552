using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace ApiLb.Telemetry;

/// <summary>One meter, the OpenTelemetry SDK over it, and its scrape. Instruments may be used on any thread; one scrape at a time.</summary>
internal sealed class MetricSet : IDisposable
{
    private static readonly TimeSpan CollectTimeout = TimeSpan.FromSeconds(5);

    private readonly PrometheusExporter _exporter = new();
    private readonly MeterProvider _provider;

    /// <param name="members">Listeners, pools and backends together: the SDK reserves memory for as many series as they have.</param>
    public MetricSet(int members)
    {
        _provider = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(ResourceBuilder.CreateEmpty())
            .AddMeter(Meter.Name)
            .AddView(i => ViewOf(i, members))
            .AddReader(new BaseExportingMetricReader(_exporter) { TemporalityPreference = MetricReaderTemporalityPreference.Cumulative })
            .Build();
    }

    public Meter Meter { get; } = new("ApiLb", ProcessLifetime.Version);

    /// <param name="isShown">Which series are written, by their labels; null: all.</param>
    /// <exception cref="InvalidOperationException">The SDK could not collect in time.</exception>
    public byte[] Scrape(Func<ReadOnlyTagCollection, bool>? isShown = null) => _exporter.Scrape(CollectTimeout, isShown);

    public void Dispose()
    {
        Meter.Dispose();
        _provider.Dispose();
    }

    /// <summary>The SDK finds meters by name: those of another set in the same process must not show here.</summary>
    private MetricStreamConfiguration ViewOf(Instrument instrument, int members) =>
        ReferenceEquals(instrument.Meter, Meter) ? MetricViews.ViewOf(instrument, members) : MetricStreamConfiguration.Drop;
}
