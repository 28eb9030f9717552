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

    /// <summary>A member of etcd: <c>GET /readyz</c>, or <c>/health</c> where that is unknown; learners and members without leader are not ready.</summary>
    Etcd,
}
