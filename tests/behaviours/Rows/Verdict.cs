namespace ApiLb.BehaviourTests.Rows;

/// <summary>How a balancer did in a row.</summary>
/// <param name="Outcome">Pass, fail, or not applicable.</param>
/// <param name="Reason">Why not, in one line; empty for a pass.</param>
/// <param name="Figures">What was measured.</param>
internal sealed record Verdict(Outcome Outcome, string Reason, string Figures)
{
    public string Word => Outcome switch
    {
        Outcome.Pass => "pass",
        Outcome.Fail => "**fail**",
        _ => "n/a",
    };
}
