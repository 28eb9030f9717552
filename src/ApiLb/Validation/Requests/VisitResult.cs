namespace ApiLb.Validation.Requests;

/// <summary>What became of one new connection.</summary>
/// <param name="Failure">Why there was no answer that counts; null: there was one.</param>
/// <param name="Status">Of the answer; 0 without one.</param>
/// <param name="Body">The first 64 KiB of it, or less.</param>
/// <param name="Elapsed">From connect to the whole answer or the failure.</param>
/// <param name="Certificate">The thumbprint of who answered; null before a handshake.</param>
internal sealed record VisitResult(string? Failure, int Status, string Body, TimeSpan Elapsed, string? Certificate);
