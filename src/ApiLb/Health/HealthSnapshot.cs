namespace ApiLb.Health;

/// <summary>The state of one backend at one moment. Immutable.</summary>
/// <param name="Status">What the evidence says.</param>
/// <param name="Cause">Why it came into this status.</param>
/// <param name="Detail">Why, for people.</param>
/// <param name="Since">Monotonic time at which it came into this status.</param>
internal sealed record HealthSnapshot(HealthStatus Status, HealthCause Cause, string Detail, TimeSpan Since);
