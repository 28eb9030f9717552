namespace ApiLb.Import.Drafts;

/// <summary>A listener while it is being made. Null or empty: nothing is written.</summary>
/// <param name="Name">Valid and unique.</param>
/// <param name="Origin">What it is made from, for its comment.</param>
internal sealed record ListenerDraft(string Name, string Origin)
{
    /// <summary>Why a key has its value, by key.</summary>
    public Dictionary<string, string> Reasons { get; } = new(StringComparer.Ordinal);

    public List<string> Bind { get; } = [];

    public bool IsTls { get; set; }

    public string? Pool { get; set; }

    public List<RouteDraft> Routes { get; } = [];

    /// <summary>The proxies whose PROXY header is believed.</summary>
    public List<string> ProxyFrom { get; } = [];

    public List<string> Allow { get; } = [];

    public List<string> Deny { get; } = [];

    public TimeSpan? FirstFlightTimeout { get; set; }

    public int? MaxConnections { get; set; }

    public int? AcceptRate { get; set; }

    public IEnumerable<string> PoolNames() => Routes.Select(r => r.Pool).Prepend(Pool).OfType<string>();
}
