namespace ApiLb.Configuration;

/// <summary>Members that the cluster behind the pool names itself.</summary>
internal sealed record KubernetesDiscoveryOptions
{
    /// <summary>Absolute path; null when <see cref="TokenFile"/> and <see cref="CaFile"/> stand for it.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>Absolute path of a file with a bearer token, read again for every request.</summary>
    public string? TokenFile { get; init; }

    /// <summary>PEM file with the cluster's CA; only together with <see cref="TokenFile"/>.</summary>
    public string? CaFile { get; init; }

    public ControlPlaneSource Source { get; init; } = ControlPlaneSource.Endpoints;

    /// <summary>Port of the apiservers when <see cref="Source"/> is nodes, which do not tell it.</summary>
    public int Port { get; init; } = 6443;

    /// <summary>Name in SNI and certificate; null: the kubeconfig's tls-server-name, else <c>kubernetes</c>.</summary>
    public string? ServerName { get; init; }
}
