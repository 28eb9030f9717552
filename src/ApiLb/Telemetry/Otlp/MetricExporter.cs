using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

namespace ApiLb.Telemetry.Otlp;

/// <summary>The SDK's exporter of metrics; counts what it sent and what it could not.</summary>
internal sealed class MetricExporter(OtlpExporterOptions options, OtlpCounters counters) : OtlpMetricExporter(options)
{
    public override ExportResult Export(in Batch<Metric> batch)
    {
        var count = batch.Count;
        var result = base.Export(batch);
        if (result == ExportResult.Success)
        {
            counters.Sent(OtlpSignal.Metrics, count);
        }
        else
        {
            counters.Lost(OtlpSignal.Metrics, OtlpDropCause.NotSent, count);
        }

        return result;
    }
}
