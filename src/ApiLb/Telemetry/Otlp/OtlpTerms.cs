using ApiLb.Configuration;
using OpenTelemetry.Exporter;

namespace ApiLb.Telemetry.Otlp;

/// <summary>What the SDK's exporters are told. Nothing is left to the environment's OTEL_* variables: the file is what runs.</summary>
internal static class OtlpTerms
{
    public static OtlpExporterOptions Of(OtlpOptions options, OtlpSignal signal, CancellationToken cut) => new()
    {
        Endpoint = options.Protocol == OtlpProtocol.Grpc ? options.Endpoint : PathOf(options.Endpoint, signal),
        Protocol = options.Protocol == OtlpProtocol.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf,
        Headers = "",
        TimeoutMilliseconds = (int)options.Timeout.TotalMilliseconds,
        HttpClientFactory = () => OtlpClient.Create(options, cut),
    };

    private static Uri PathOf(Uri endpoint, OtlpSignal signal) =>
        new UriBuilder(endpoint) { Path = $"{endpoint.AbsolutePath.TrimEnd('/')}/v1/{EnumLabel.Snake(signal)}" }.Uri;
}
