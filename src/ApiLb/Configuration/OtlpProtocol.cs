namespace ApiLb.Configuration;

/// <summary>How OTLP is carried.</summary>
internal enum OtlpProtocol
{
    /// <summary>Protobuf in HTTP POST, port 4318 as a rule.</summary>
    Http,

    /// <summary>gRPC, port 4317 as a rule.</summary>
    Grpc,
}
