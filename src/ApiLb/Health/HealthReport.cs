namespace ApiLb.Health;

/// <summary>One piece of evidence about one backend.</summary>
/// <param name="Evidence">What it means for the state.</param>
/// <param name="Cause">Why, from a bounded set.</param>
/// <param name="Detail">Why, for people: <c>HTTP 500: etcd failed</c>. Never secret, no control characters.</param>
/// <param name="SilentFor">Of silence: for how long before the report it was listened to.</param>
internal readonly record struct HealthReport(HealthEvidence Evidence, HealthCause Cause, string Detail, TimeSpan SilentFor = default)
{
    /// <summary>
    /// Of a pass: from when on its connection can be, on the clock of the reports; null: from the moment of the report. Whoever failed a client since then
    /// stays suspect, because what was connected before says nothing about new connections.
    /// </summary>
    public TimeSpan? OpenedAt { get; init; }
}
