using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Exporter;

namespace ApiLb.Telemetry.Otlp;

/// <summary>The SDK's exporter of spans; counts what it sent and what it could not, and gives back the places of both.</summary>
internal sealed class SpanExporter(OtlpExporterOptions options, OtlpCounters counters, OtlpQueue queue) : OtlpTraceExporter(options)
{
    public override ExportResult Export(in Batch<Activity> batch)
    {
        var count = batch.Count;
        var result = base.Export(batch);
        queue.Leave(count);
        if (result == ExportResult.Success)
        {
            counters.Sent(OtlpSignal.Traces, count);
        }
        else
        {
            counters.Lost(OtlpSignal.Traces, OtlpDropCause.NotSent, count);
        }

        return result;
    }
}
