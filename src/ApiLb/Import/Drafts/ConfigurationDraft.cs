namespace ApiLb.Import.Drafts;

/// <summary>A configuration of ApiLb while it is being made. Null: the default stays, and nothing is written.</summary>
/// <param name="Origin">What it is made from.</param>
internal sealed record ConfigurationDraft(string Origin)
{
    public List<ListenerDraft> Listeners { get; } = [];

    public List<PoolDraft> Pools { get; } = [];

    public int? MaxConnections { get; set; }

    /// <summary>IP address and port of <c>admin.listen</c>, or <c>none</c>.</summary>
    public string? AdminListen { get; set; }

    public string? AdminReason { get; set; }

    /// <summary>Whether HAProxy's runtime commands are to be understood.</summary>
    public bool HasHaproxySocket { get; set; }

    /// <summary>Whether HAProxy's metrics are to be served.</summary>
    public bool HasHaproxyMetrics { get; set; }

    public TimeSpan? ShutdownGrace { get; set; }

    public int? Reactors { get; set; }
}
