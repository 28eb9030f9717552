namespace ApiLb.Configuration;

/// <summary>The data plane's threads.</summary>
internal sealed record TransportOptions
{
    /// <summary>Reactor threads, 1 to 64; null: half the cores, 1 to 4.</summary>
    public int? Reactors { get; init; }
}
