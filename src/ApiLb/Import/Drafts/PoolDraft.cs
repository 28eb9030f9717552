using ApiLb.Configuration;

namespace ApiLb.Import.Drafts;

/// <summary>A pool while it is being made. Null or empty: nothing is written.</summary>
/// <param name="Name">Valid and unique.</param>
/// <param name="Origin">What it is made from, for its comment.</param>
internal sealed record PoolDraft(string Name, string Origin)
{
    /// <summary>Why a key has its value, or none, by key.</summary>
    public Dictionary<string, string> Reasons { get; } = new(StringComparer.Ordinal);

    public BalancePolicy? Balance { get; set; }

    public List<BackendDraft> Backends { get; } = [];

    /// <summary>Every address of this name is a member.</summary>
    public string? DnsName { get; set; }

    public int DnsPort { get; set; }

    public HealthDraft Health { get; set; } = new();

    public ProxyProtocolVersion ProxyProtocol { get; set; }

    public TimeSpan? ConnectTimeout { get; set; }

    public bool UsesClientAddress { get; set; }

    public int? QueueLength { get; set; }

    public TimeSpan? QueueTimeout { get; set; }

    public TimeSpan? HalfClosedTimeout { get; set; }

    /// <summary>Whether its servers certainly speak TLS.</summary>
    public bool SpeaksTls { get; set; }

    public bool IsEmpty => Backends.Count == 0 && DnsName is null;
}
