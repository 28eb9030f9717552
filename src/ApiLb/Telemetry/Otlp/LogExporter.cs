using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;

namespace ApiLb.Telemetry.Otlp;

/// <summary>Before the SDK's exporter of log records, which is sealed: counts what it sent and what it could not, and gives back the places of both.</summary>
internal sealed class LogExporter(OtlpLogExporter exporter, OtlpCounters counters, OtlpQueue queue) : BaseExporter<LogRecord>
{
    public override ExportResult Export(in Batch<LogRecord> batch)
    {
        var count = batch.Count;
        var result = exporter.Export(batch);
        queue.Leave(count);
        if (result == ExportResult.Success)
        {
            counters.Sent(OtlpSignal.Logs, count);
        }
        else
        {
            counters.Lost(OtlpSignal.Logs, OtlpDropCause.NotSent, count);
        }

        return result;
    }
}
