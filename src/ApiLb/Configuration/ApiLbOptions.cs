namespace ApiLb.Configuration;

/// <summary>The whole configuration file after validation. Immutable: a reload makes a new one.</summary>
internal sealed record ApiLbOptions
{
    /// <summary>Listeners in the order of the file; names are unique.</summary>
    public required IReadOnlyList<ListenerOptions> Listeners { get; init; }

    /// <summary>Pools in the order of the file; names are unique and every listener's pool is among them.</summary>
    public required IReadOnlyList<PoolOptions> Pools { get; init; }

    /// <summary>Null: etcd is not watched.</summary>
    public EtcdOptions? Etcd { get; init; }

    /// <summary>Null: nothing is exported.</summary>
    public OtlpOptions? Otlp { get; init; }

    public LimitOptions Limits { get; init; } = new();

    public AdminOptions Admin { get; init; } = new();

    public ShutdownOptions Shutdown { get; init; } = new();

    public TransportOptions Transport { get; init; } = new();

    /// <summary>Where the members that were discovered last and operators' orders are kept over a restart; null: nowhere. Default <c>/var/lib/apilb</c>.</summary>
    public string? StateDirectory { get; init; } = "/var/lib/apilb";
}
