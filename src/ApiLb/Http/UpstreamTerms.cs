using ApiLb.Configuration;

namespace ApiLb.Http;

/// <summary>How the backends of a pool are spoken to, with what is not said taken from the checks. Immutable.</summary>
internal sealed record UpstreamTerms
{
    public bool IsTls { get; private init; }

    public bool IsHttp2 { get; private init; }

    public string? CaFile { get; private init; }

    public string? ServerName { get; private init; }

    public string? CertificateFile { get; private init; }

    public string? KeyFile { get; private init; }

    public static UpstreamTerms Of(PoolOptions pool)
    {
        var (upstream, health) = (pool.Upstream, pool.Health);
        var isCheckedByTls = health.Type is HealthCheckType.KubeApiserver or HealthCheckType.Https or HealthCheckType.Tls or HealthCheckType.Etcd;
        return new UpstreamTerms
        {
            IsTls = upstream.Protocol is { } protocol ? protocol == UpstreamProtocol.Https : isCheckedByTls,
            IsHttp2 = upstream.Http2,
            CaFile = upstream.CaFile ?? (isCheckedByTls ? health.CaFile : null),
            ServerName = upstream.ServerName ?? (isCheckedByTls ? health.ServerName : null),
            CertificateFile = upstream.ClientCertificateFile,
            KeyFile = upstream.ClientKeyFile,
        };
    }
}
