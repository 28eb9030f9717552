namespace ApiLb.Configuration;

/// <summary>What the daemon as a whole may take on.</summary>
internal sealed record LimitOptions
{
    /// <summary>Client connections at once over all listeners; null: as many as the file descriptors carry.</summary>
    public int? MaxConnections { get; init; }
}
