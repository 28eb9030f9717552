namespace ApiLb.Admin;

/// <summary>One pool in <see cref="DaemonStatus"/>.</summary>
/// <param name="Name">As configured.</param>
/// <param name="Balance">As the configuration writes it.</param>
/// <param name="FailOpen">Nobody is ready and connections go to backends that are not.</param>
/// <param name="Ready">Backends that take new connections.</param>
/// <param name="Total">All backends.</param>
/// <param name="Backends">In the order of the configuration.</param>
internal sealed record PoolStatus(
    string Name,
    string Balance,
    bool FailOpen,
    int Ready,
    int Total,
    IReadOnlyList<BackendStatus> Backends)
{
    /// <summary>What is wrong with the pool as a whole; <c>none</c> when nothing is.</summary>
    public string Alarm { get; init; } = "none";

    /// <summary>What an operator should look at before it breaks something, for people.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
