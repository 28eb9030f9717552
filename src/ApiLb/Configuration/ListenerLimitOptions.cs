using System.Net;

namespace ApiLb.Configuration;

/// <summary>What one listener may take on. Null: no limit.</summary>
internal sealed record ListenerLimitOptions
{
    /// <summary>Client connections at once.</summary>
    public int? MaxConnections { get; init; }

    /// <summary>Client connections at once from one IP address.</summary>
    public int? MaxConnectionsPerSource { get; init; }

    /// <summary>Networks whose addresses may have more than <see cref="MaxConnectionsPerSource"/>.</summary>
    public IReadOnlyList<IPNetwork> ExemptSources { get; init; } = [];

    /// <summary>New connections per second, up to 100,000. As many may come at one moment after a quiet second.</summary>
    public int? AcceptRate { get; init; }
}
