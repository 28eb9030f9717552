namespace ApiLb.BehaviourTests.Balancers;

/// <summary>Which backend is next.</summary>
internal enum Policy
{
    RoundRobin,
    LeastConnections,
    SourceHash,
    Random,
}
