namespace ApiLb.BehaviourTests.Balancers;

/// <summary>A backend as a configuration names it.</summary>
/// <param name="Name">Its name in logs and metrics.</param>
/// <param name="Address">ip:port, [ip]:port or unix:path.</param>
internal sealed record Member(string Name, string Address)
{
    public int Weight { get; init; } = 1;

    public bool Backup { get; init; }

    public int? MaxConnections { get; init; }
}
