namespace ApiLb.Operators;

/// <summary>What became of an operator's order.</summary>
/// <param name="Refusal">Why it was not taken; null: it was.</param>
/// <param name="Forgotten">Why a restart will forget it; null: it will not.</param>
internal sealed record OrderOutcome(string? Refusal, string? Forgotten = null)
{
    public static OrderOutcome Taken(string? forgotten) => new(null, forgotten);

    public static OrderOutcome Refused(string why) => new(why);
}
