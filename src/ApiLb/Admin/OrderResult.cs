namespace ApiLb.Admin;

/// <summary>What became of an operator's word.</summary>
/// <param name="Message">For people.</param>
/// <param name="Warning">What the operator should know besides; null: nothing.</param>
/// <param name="Backend">Its state now.</param>
internal sealed record OrderResult(string Message, string? Warning, BackendStatus Backend);
