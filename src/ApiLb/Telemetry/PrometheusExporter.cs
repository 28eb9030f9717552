using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace ApiLb.Telemetry;

/// <summary>
/// Turns what the SDK collected into Prometheus text. A pull exporter of our own, because the package that has one
/// has no stable release. One scrape at a time.
/// </summary>
[ExportModes(ExportModes.Pull)]
internal sealed class PrometheusExporter : BaseExporter<Metric>, IPullMetricExporter
{
    private readonly PrometheusText _text = new();
    private Func<ReadOnlyTagCollection, bool>? _isShown;

    /// <summary>Set by the reader that owns this exporter.</summary>
    public Func<int, bool>? Collect { get; set; }

    /// <summary>Collects all instruments now.</summary>
    /// <param name="timeout">For the collection as a whole.</param>
    /// <param name="isShown">Which series are written, by their labels; null: all.</param>
    /// <exception cref="InvalidOperationException">The SDK could not collect in time.</exception>
    public byte[] Scrape(TimeSpan timeout, Func<ReadOnlyTagCollection, bool>? isShown = null)
    {
        _text.Clear();
        _isShown = isShown;
        return Collect?.Invoke((int)timeout.TotalMilliseconds) == true
            ? _text.ToUtf8()
            : throw new InvalidOperationException($"The metrics could not be collected within {timeout.TotalSeconds} s.");
    }

    public override ExportResult Export(in Batch<Metric> batch)
    {
        foreach (var metric in batch)
        {
            Write(metric);
        }

        return ExportResult.Success;
    }

    private void Write(Metric metric)
    {
        var name = PrometheusName.OfMetric(metric.Name, metric.Unit, metric.MetricType);
        _text.WriteFamily(name, TypeOf(metric.MetricType), metric.Description);
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            if (_isShown?.Invoke(point.Tags) == false)
            {
                continue;
            }

            if (metric.MetricType == MetricType.Histogram)
            {
                WriteHistogram(name, point);
            }
            else
            {
                _text.WriteSample(name, point.Tags, ValueOf(metric.MetricType, point));
            }
        }
    }

    private void WriteHistogram(string name, in MetricPoint point)
    {
        // The SDK counts each bucket by itself; Prometheus wants every bucket to hold the smaller ones too.
        long cumulative = 0;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            cumulative += bucket.BucketCount;
            _text.WriteSample(name, "_bucket", point.Tags, bucket.ExplicitBound, cumulative);
        }

        // Not GetHistogramCount: the count must equal the +Inf bucket for every reader.
        _text.WriteSample(name, "_sum", point.Tags, null, point.GetHistogramSum());
        _text.WriteSample(name, "_count", point.Tags, null, cumulative);
    }

    private static double ValueOf(MetricType type, in MetricPoint point) => type switch
    {
        MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong(),
        MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => point.GetSumDouble(),
        MetricType.LongGauge => point.GetGaugeLastValueLong(),
        _ => point.GetGaugeLastValueDouble(),
    };

    private static string TypeOf(MetricType type) => type switch
    {
        MetricType.LongSum or MetricType.DoubleSum => "counter",
        MetricType.Histogram => "histogram",
        _ => "gauge",
    };
}
