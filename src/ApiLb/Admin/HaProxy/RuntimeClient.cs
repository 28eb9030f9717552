namespace ApiLb.Admin.HaProxy;

/// <summary>Who gives runtime commands.</summary>
/// <param name="By">For logs and status, such as <c>uid 0</c>.</param>
/// <param name="Refusal">Why it may not change anything; null: it may.</param>
internal sealed record RuntimeClient(string By, string? Refusal);
