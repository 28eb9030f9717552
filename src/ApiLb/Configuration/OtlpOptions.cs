namespace ApiLb.Configuration;

/// <summary>The collector that metrics, logs and traces are sent to, by the OpenTelemetry protocol.</summary>
internal sealed record OtlpOptions
{
    /// <summary>Scheme, host and port, and a path where the collector has one. With <see cref="OtlpProtocol.Http"/>, <c>/v1/metrics</c> and its like are added.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>Default http: it passes every proxy.</summary>
    public OtlpProtocol Protocol { get; init; }

    /// <summary>PEM file with the CA that signed the collector's certificate; null: the system's trust. Read for every handshake.</summary>
    public string? CaFile { get; init; }

    /// <summary>File with a header in each line, such as <c>Authorization: Bearer ...</c>; null: none. Read for every request.</summary>
    public string? HeadersFile { get; init; }

    /// <summary>Time between two exports of metrics. Default 15 s, as Prometheus scrapes as a rule.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Deadline of one request. Default 10 s, as OTLP's specification has it.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    public bool Metrics { get; init; } = true;

    /// <summary>The lines of the log, those of <c>logConnections</c> among them.</summary>
    public bool Logs { get; init; } = true;

    /// <summary>One span for each connection, or for one in <see cref="TraceSample"/>.</summary>
    public bool Traces { get; init; } = true;

    /// <summary>One in so many connections has a span. Default 10: enough to see what is usual, at a tenth of the price.</summary>
    public int TraceSample { get; init; } = 10;
}
