using ApiLb.Configuration;

namespace ApiLb.Deployment;

/// <summary>What happens to a pool that was there before. Immutable.</summary>
/// <param name="Options">Its settings from now on.</param>
internal sealed record PoolChange(PoolOptions Options)
{
    /// <summary>Members join, leave, or weigh otherwise.</summary>
    public bool ChangesMembers { get; init; }

    /// <summary>Checks begin anew, with other settings or files; what they found out stays.</summary>
    public bool RestartsChecks { get; init; }

    /// <summary>Discovery begins anew; the members that it found stay until it finds others.</summary>
    public bool RestartsDiscovery { get; init; }
}
