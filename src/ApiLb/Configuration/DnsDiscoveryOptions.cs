namespace ApiLb.Configuration;

/// <summary>Members that one DNS name has as addresses.</summary>
internal sealed record DnsDiscoveryOptions
{
    /// <summary>Every A and AAAA record of it is a member.</summary>
    public required string Name { get; init; }

    public int Port { get; init; } = 6443;

    /// <summary>Between two look-ups. Default 30 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(30);
}
