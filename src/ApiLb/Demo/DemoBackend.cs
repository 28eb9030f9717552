using ApiLb.Health;

namespace ApiLb.Demo;

/// <summary>One backend as the balancer sees it. Immutable.</summary>
internal sealed record DemoBackend
{
    public required string Name { get; init; }

    public required string Address { get; init; }

    public required HealthStatus Status { get; init; }

    /// <summary>Why it is in this status, for people.</summary>
    public required string Cause { get; init; }

    /// <summary>Connections now open.</summary>
    public required long Open { get; init; }

    /// <summary>Connections served since the start.</summary>
    public required long Total { get; init; }

    /// <summary>Connections served per second, lately.</summary>
    public required double PerSecond { get; init; }
}
