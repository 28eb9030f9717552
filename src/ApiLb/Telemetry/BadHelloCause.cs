namespace ApiLb.Telemetry;

/// <summary>Why what a client of a tls listener sent first is no ClientHello. A bounded set: it is a metric label.</summary>
internal enum BadHelloCause
{
    /// <summary>Something else than TLS, or TLS that does not begin with a ClientHello.</summary>
    NotTls,

    /// <summary>Longer than one full record.</summary>
    TooLarge,

    /// <summary>The client finished sending before it was complete.</summary>
    Truncated,

    /// <summary>The client took too long to send it.</summary>
    Timeout,
}
