namespace ApiLb.Configuration;

/// <summary>The etcd behind the apiservers, and how it is watched: through its members' client API, or through their metrics.</summary>
internal sealed record EtcdOptions
{
    /// <summary>The members' client URLs, always with TLS; empty when <see cref="MetricsUrls"/> are watched.</summary>
    public IReadOnlyList<EtcdMemberAddress> Members { get; init; } = [];

    /// <summary>Base URLs of <c>/health</c> and <c>/metrics</c> (<c>--listen-metrics-urls</c>); empty when <see cref="Members"/> are watched.</summary>
    public IReadOnlyList<Uri> MetricsUrls { get; init; } = [];

    /// <summary>PEM file with etcd's CA, which is not the cluster's; null: the system's trust.</summary>
    public string? CaFile { get; init; }

    /// <summary>PEM file with the certificate that etcd asks of its clients; null: none.</summary>
    public string? ClientCertificateFile { get; init; }

    /// <summary>PEM file with the key of <see cref="ClientCertificateFile"/>.</summary>
    public string? ClientKeyFile { get; init; }

    /// <summary>Time between two checks of a member. Default 2 s: etcd's quorum must be known before the apiservers' checks fail.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Deadline of one whole check of one member. Default 3 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);
}
