namespace ApiLb.Telemetry.Otlp;

/// <summary>Why something was not exported. A bounded set: it is a metric label.</summary>
internal enum OtlpDropCause : byte
{
    /// <summary>The collector takes less than there is.</summary>
    QueueFull,

    /// <summary>The collector refused, was not there, or took longer than it may.</summary>
    NotSent,
}
