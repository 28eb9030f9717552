using OpenTelemetry;
using OpenTelemetry.Logs;

namespace ApiLb.Telemetry.Otlp;

/// <summary>Tells an exporter to which provider it belongs, and so whose records it sends; the SDK tells only exporters of processors. Exports nothing itself.</summary>
internal sealed class LogResource(BaseExporter<LogRecord> exporter) : BaseExportProcessor<LogRecord>(exporter)
{
    protected override void OnExport(LogRecord data)
    {
    }
}
