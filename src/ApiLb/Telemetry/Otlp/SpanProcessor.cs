using System.Diagnostics;
using OpenTelemetry;

namespace ApiLb.Telemetry.Otlp;

/// <summary>Hands spans to a thread of the SDK's, which sends them. Never waits.</summary>
internal sealed class SpanProcessor(SpanExporter exporter, OtlpQueue queue, TimeSpan timeout)
    : BatchActivityExportProcessor(exporter, OtlpQueue.Places, (int)OtlpQueue.Delay.TotalMilliseconds, (int)timeout.TotalMilliseconds, OtlpQueue.LargestBatch)
{
    public override void OnEnd(Activity data)
    {
        if (!data.Recorded || queue.TryEnter())
        {
            base.OnEnd(data);
        }
    }
}
