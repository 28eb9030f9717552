namespace ApiLb.Configuration;

/// <summary>The data plane's threads.</summary>
internal sealed record TransportOptions
{
    /// <summary>Reactor threads, 1 to 64; null: the number of cores, at most 4.</summary>
    public int? Reactors { get; init; }
}
