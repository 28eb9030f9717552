using System.Net;
using ApiLb.Configuration;
using ApiLb.Kubernetes;

namespace ApiLb.Validation;

/// <summary>What is validated, and how thoroughly. Immutable.</summary>
internal sealed record ValidationPlan
{
    /// <summary>Where clients reach the cluster: the load balancer.</summary>
    public required EndPoint Balancer { get; init; }

    /// <summary>Asked for in SNI, and expected in every apiserver's certificate.</summary>
    public required string ServerName { get; init; }

    /// <summary>PEM of the cluster's CA.</summary>
    public required string Authority { get; init; }

    /// <summary>Those that a file names; the cluster may name more.</summary>
    public IReadOnlyList<ApiserverAddress> Apiservers { get; init; } = [];

    /// <summary>Null: requests are anonymous, and nobody asks the cluster for its apiservers.</summary>
    public Kubeconfig? Credentials { get; init; }

    /// <summary>Null: etcd is seen with the apiservers' eyes only.</summary>
    public EtcdOptions? Etcd { get; init; }

    /// <summary>Whether objects are created, watched and deleted; needs <see cref="Credentials"/> that may do so.</summary>
    public bool Writes { get; init; }

    /// <summary>For how long requests go on while somebody breaks something; zero: not at all.</summary>
    public TimeSpan During { get; init; }
}
