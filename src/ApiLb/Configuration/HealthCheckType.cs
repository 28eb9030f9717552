namespace ApiLb.Configuration;

/// <summary>What a health check does.</summary>
internal enum HealthCheckType
{
    /// <summary>TLS verified against the cluster CA, then <c>GET /readyz</c>, its answer read as the apiserver means it.</summary>
    KubeApiserver,
    Http,
    Https,
    Tls,
    Tcp,
}
