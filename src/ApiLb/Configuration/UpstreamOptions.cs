namespace ApiLb.Configuration;

/// <summary>How HTTP listeners speak with the backends of a pool. TCP and TLS listeners pass on what clients speak.</summary>
internal sealed record UpstreamOptions
{
    /// <summary>Null: as the checks do, <c>https</c> with the types kube-apiserver, https, tls and etcd, else <c>http</c>.</summary>
    public UpstreamProtocol? Protocol { get; init; }

    /// <summary>Backends are spoken to in HTTP/2, without asking whether they can. Upgrades stay HTTP/1.1. Default false.</summary>
    public bool Http2 { get; init; }

    /// <summary>PEM file with the CA that must have signed the backends' certificates; null: that of the checks, or else the system's trust.</summary>
    public string? CaFile { get; init; }

    /// <summary>Name asked for in SNI and certificate; null: that of the checks, or else the backend's host name or address.</summary>
    public string? ServerName { get; init; }

    /// <summary>PEM file with the certificate by which ApiLb identifies itself; null: none. With <see cref="ClientKeyFile"/>.</summary>
    public string? ClientCertificateFile { get; init; }

    /// <summary>PEM file with the key of <see cref="ClientCertificateFile"/>.</summary>
    public string? ClientKeyFile { get; init; }
}
