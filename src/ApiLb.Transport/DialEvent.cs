namespace ApiLb.Transport;

/// <summary>One event of a race.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Backend">Whose attempt it was; null for the events that are nobody's.</param>
/// <param name="Failure">Why the attempt failed.</param>
internal readonly record struct DialEvent(DialEventKind Kind, BackendConnection? Backend = null, DialFailure Failure = DialFailure.None);
