namespace ApiLb.EndToEndTests.Traffic;

/// <summary>One new connection.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Elapsed">From connect to the end of the answer, or to the failure.</param>
/// <param name="Server">Which apiserver answered, known by its certificate.</param>
/// <param name="Detail">The status or the failure, in words.</param>
internal sealed record ConnectionResult(ConnectionOutcome Outcome, TimeSpan Elapsed, string? Server, string Detail);
