namespace ApiLb.BehaviourTests.Rows;

/// <summary>What became of a row with a balancer.</summary>
internal enum Outcome
{
    Pass,
    Fail,
    NotApplicable,
}
