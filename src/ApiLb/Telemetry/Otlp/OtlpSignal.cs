namespace ApiLb.Telemetry.Otlp;

/// <summary>What is exported. A bounded set: it is a metric label, and the last part of a path of OTLP/HTTP.</summary>
internal enum OtlpSignal : byte
{
    Metrics,
    Logs,
    Traces,
}
