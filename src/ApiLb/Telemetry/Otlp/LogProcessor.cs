using OpenTelemetry;
using OpenTelemetry.Logs;

namespace ApiLb.Telemetry.Otlp;

/// <summary>Hands log records to a thread of the SDK's, which sends them. Never waits.</summary>
internal sealed class LogProcessor(LogExporter exporter, OtlpQueue queue, TimeSpan timeout)
    : BatchLogRecordExportProcessor(exporter, OtlpQueue.Places, (int)OtlpQueue.Delay.TotalMilliseconds, (int)timeout.TotalMilliseconds, OtlpQueue.LargestBatch)
{
    public override void OnEnd(LogRecord data)
    {
        if (queue.TryEnter())
        {
            base.OnEnd(data);
        }
    }
}
