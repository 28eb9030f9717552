namespace ApiLb.Health;

/// <summary>The state of one backend at one moment. Immutable.</summary>
/// <param name="Status">What the evidence says.</param>
/// <param name="Cause">Why it came into this status.</param>
/// <param name="Detail">Why, for people.</param>
/// <param name="Since">Monotonic time at which it came into this status.</param>
/// <param name="IsSilent">
/// It died by silence, so its established connections hang and are to be reset. A backend that refuses is dead too, but its
/// kernel has ended what was to end: what lives there, lives.
/// </param>
internal sealed record HealthSnapshot(HealthStatus Status, HealthCause Cause, string Detail, TimeSpan Since, bool IsSilent = false);
