using Microsoft.Extensions.Options;
using OpenTelemetry.Logs;

namespace ApiLb.Telemetry.Otlp;

/// <summary>The one value that never changes, as the SDK's log provider wants its options.</summary>
internal sealed class LoggerOptions(OpenTelemetryLoggerOptions value) : IOptionsMonitor<OpenTelemetryLoggerOptions>
{
    public OpenTelemetryLoggerOptions CurrentValue => value;

    public OpenTelemetryLoggerOptions Get(string? name) => value;

    public IDisposable? OnChange(Action<OpenTelemetryLoggerOptions, string?> listener) => null;
}
