namespace ApiLb.Configuration;

/// <summary>Members that a cluster names: its apiservers, or those who serve one of its Services.</summary>
internal sealed record KubernetesDiscoveryOptions
{
    /// <summary>Absolute path; null when <see cref="TokenFile"/> and <see cref="CaFile"/> stand for it.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>Absolute path of a file with a bearer token, read again for every request.</summary>
    public string? TokenFile { get; init; }

    /// <summary>PEM file with the cluster's CA; only together with <see cref="TokenFile"/>.</summary>
    public string? CaFile { get; init; }

    public ClusterSource Source { get; init; } = ClusterSource.Endpoints;

    /// <summary>Port of the apiservers when <see cref="Source"/> is nodes, which do not tell it.</summary>
    public int Port { get; init; } = 6443;

    /// <summary>Name in SNI and certificate; null: the kubeconfig's tls-server-name, else <c>kubernetes</c>.</summary>
    public string? ServerName { get; init; }

    /// <summary>Whom to ask when the members are no apiservers; empty: the kubeconfig's server.</summary>
    public IReadOnlyList<BackendAddress> ApiServers { get; init; } = [];

    /// <summary><c>NAMESPACE/NAME</c>; with <see cref="ClusterSource.NodePort"/> null when <see cref="NodePort"/> stands for it.</summary>
    public string? Service { get; init; }

    /// <summary>Name or number of one of the Service's ports; null: it has only one.</summary>
    public string? ServicePort { get; init; }

    /// <summary>On every node; null: the Service's.</summary>
    public int? NodePort { get; init; }

    /// <summary>Label selector of the nodes, as kubectl takes it.</summary>
    public string NodeSelector { get; init; } = "!node.kubernetes.io/exclude-from-external-load-balancers";

    /// <summary>Members in other zones are backups; null: all zones are the same.</summary>
    public string? Zone { get; init; }

    /// <summary>The members are apiservers, which can be asked about themselves.</summary>
    public bool NamesApiServers() => Source is ClusterSource.Endpoints or ClusterSource.Nodes;
}
