namespace ApiLb.Configuration;

/// <summary>How a pool chooses the backend of a new connection.</summary>
internal enum BalancePolicy
{
    LeastConnections,
    RoundRobin,
    Random,
    SourceHash,
    First,
}
