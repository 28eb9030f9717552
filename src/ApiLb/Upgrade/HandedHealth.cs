using ApiLb.Health;

namespace ApiLb.Upgrade;

/// <summary>What one daemon knows of a backend, for the next. Immutable.</summary>
/// <param name="Pool">Of the backend.</param>
/// <param name="Backend">Its name.</param>
/// <param name="Address">Its address: another one is another server.</param>
/// <param name="Status">What the evidence says.</param>
/// <param name="Cause">Why.</param>
/// <param name="Detail">Why, for people.</param>
/// <param name="AgeSeconds">How long it has been in this status.</param>
internal sealed record HandedHealth(
    string Pool, string Backend, string Address, HealthStatus Status, HealthCause Cause, string Detail, double AgeSeconds)
{
    /// <summary>It died by silence.</summary>
    public bool IsSilent { get; init; }

    /// <summary>It was dead and has not been ready since.</summary>
    public bool WasDead { get; init; }

    /// <summary>New clients are sent there.</summary>
    public bool TakesClients { get; init; }
}
