namespace ApiLb.Transport;

/// <summary>What a client has sent so far.</summary>
/// <param name="Status">How the wait ended.</param>
/// <param name="Length">Bytes now in the caller's buffer; they also stay in the kernel's queue.</param>
internal readonly record struct PeekResult(PeekStatus Status, int Length);
