namespace ApiLb.Admin;

/// <summary>One listener in <see cref="DaemonStatus"/>.</summary>
/// <param name="Name">As configured.</param>
/// <param name="Bind">Its addresses.</param>
/// <param name="Protocol">As the configuration writes it.</param>
/// <param name="Pool">The pool that serves clients that no route takes; null: none.</param>
/// <param name="Active">Client connections now open.</param>
/// <param name="Accepted">Client connections since the start.</param>
/// <param name="Closes">Ended client connections by reason; reasons that never occurred are left out.</param>
internal sealed record ListenerStatus(
    string Name,
    IReadOnlyList<string> Bind,
    string Protocol,
    string? Pool,
    long Active,
    long Accepted,
    IReadOnlyDictionary<string, long> Closes)
{
    /// <summary>Client connections in a second, over the last ten.</summary>
    public double AcceptedPerSecond { get; init; }

    /// <summary>The most client connections at once of this listener; null: no limit of its own.</summary>
    public int? MaxConnections { get; init; }

    /// <summary>Which server names other pools serve, as configured.</summary>
    public IReadOnlyList<RouteStatus> Routes { get; init; } = [];
}
