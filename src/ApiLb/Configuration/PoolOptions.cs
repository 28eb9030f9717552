namespace ApiLb.Configuration;

/// <summary>One entry of <c>pools</c>: a set of interchangeable backends and how to choose among them.</summary>
internal sealed record PoolOptions
{
    public required string Name { get; init; }

    public BalancePolicy Balance { get; init; } = BalancePolicy.LeastConnections;

    /// <summary>At least one unless there is <see cref="Discovery"/>; names are unique within the pool.</summary>
    public required IReadOnlyList<BackendOptions> Backends { get; init; }

    /// <summary>Where more members come from; null: nowhere.</summary>
    public DiscoveryOptions? Discovery { get; init; }

    public required HealthOptions Health { get; init; }

    /// <summary>
    /// Where clients reach this pool, as kubeadm's <c>--control-plane-endpoint</c> has it; null: whether the backends' certificates
    /// cover it is not checked.
    /// </summary>
    public BackendAddress? ControlPlaneEndpoint { get; init; }

    /// <summary>The header that goes before each client's bytes, and before those of a check. Default none.</summary>
    public ProxyProtocolVersion ProxyProtocol { get; init; } = ProxyProtocolVersion.None;

    /// <summary>How HTTP listeners speak with the backends.</summary>
    public UpstreamOptions Upstream { get; init; } = new();

    public ConnectOptions Connect { get; init; } = new();

    public RebalanceOptions Rebalance { get; init; } = new();

    public QueueOptions Queue { get; init; } = new();

    public TimeoutOptions Timeouts { get; init; } = new();

    /// <summary>A client on a backend's own host is served by that backend while it is ready. Default false.</summary>
    public bool PreferLocal { get; init; }
}
