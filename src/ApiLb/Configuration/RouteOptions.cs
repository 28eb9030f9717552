namespace ApiLb.Configuration;

/// <summary>One entry of <c>routes</c> of a listener: server names, and the pool that serves them.</summary>
internal sealed record RouteOptions
{
    /// <summary>
    /// At least one, in lower case: <c>a.example.com</c>, or <c>*.example.com</c> for every name below that one, however deep.
    /// </summary>
    public required IReadOnlyList<string> ServerNames { get; init; }

    /// <summary>The name of the pool.</summary>
    public required string Pool { get; init; }
}
