namespace ApiLb.Kubernetes;

/// <summary>How to reach and convince a cluster, with everything that the kubeconfig's files held. Immutable.</summary>
internal sealed record Kubeconfig
{
    /// <summary>Https. Where an administrator reaches the cluster; the daemon dials the backends of its pool instead.</summary>
    public required Uri Server { get; init; }

    /// <summary>Asked for in SNI and expected in the certificate; null: the kubeconfig leaves it open.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>PEM of the cluster's CA.</summary>
    public required string Authority { get; init; }

    /// <summary>PEM of certificate and key; null: none.</summary>
    public (string Certificate, string Key)? ClientCertificate { get; init; }

    public string? Token { get; init; }

    /// <summary>Absolute path of a file with a token, which is read again for every request; goes before <see cref="Token"/>.</summary>
    public string? TokenFile { get; init; }
}
