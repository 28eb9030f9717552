using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace ApiLb.Telemetry;

/// <summary>One meter, the OpenTelemetry SDK over it, and its scrape. Instruments may be used on any thread; one scrape at a time.</summary>
internal sealed class MetricSet : IDisposable
{
    private static readonly TimeSpan CollectTimeout = TimeSpan.FromSeconds(5);

    private readonly PrometheusExporter _exporter = new();
    private readonly MetricReader? _pushing;
    private readonly MeterProvider _provider;

    /// <param name="members">Listeners, pools and backends together: the SDK reserves memory for as many series as they have.</param>
    /// <param name="pushed">Where <see cref="Push"/> sends them, with state of its own; null: nowhere.</param>
    public MetricSet(int members, BaseExporter<Metric>? pushed = null)
    {
        var builder = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(TelemetryResource.Create())
            .AddMeter(Meter.Name)
            .AddView(i => ViewOf(i, members))
            .AddReader(ReaderOf(_exporter));
        _pushing = pushed is null ? null : ReaderOf(pushed);
        _provider = (_pushing is null ? builder : builder.AddReader(_pushing)).Build();
    }

    public Meter Meter { get; } = new("ApiLb", ProcessLifetime.Version);

    /// <param name="isShown">Which series are written, by their labels; null: all.</param>
    /// <exception cref="InvalidOperationException">The SDK could not collect in time.</exception>
    public byte[] Scrape(Func<ReadOnlyTagCollection, bool>? isShown = null) => _exporter.Scrape(CollectTimeout, isShown);

    /// <summary>Collects and sends. Takes as long as the receiver does; scrapes do not wait for it.</summary>
    public void Push() => _pushing?.Collect();

    public void Dispose()
    {
        Meter.Dispose();
        _provider.Dispose();
    }

    private static BaseExportingMetricReader ReaderOf(BaseExporter<Metric> exporter) =>
        new(exporter) { TemporalityPreference = MetricReaderTemporalityPreference.Cumulative };

    /// <summary>The SDK finds meters by name: those of another set in the same process must not show here.</summary>
    private MetricStreamConfiguration ViewOf(Instrument instrument, int members) =>
        ReferenceEquals(instrument.Meter, Meter) ? MetricViews.ViewOf(instrument, members) : MetricStreamConfiguration.Drop;
}
