namespace ApiLb.Admin;

/// <summary>One route in <see cref="ListenerStatus"/>.</summary>
/// <param name="ServerNames">As configured, in lower case.</param>
/// <param name="Pool">The pool that serves them.</param>
internal sealed record RouteStatus(IReadOnlyList<string> ServerNames, string Pool)
{
    /// <summary>Of an HTTP listener, as configured; null: any.</summary>
    public string? Host { get; init; }

    /// <summary>Likewise.</summary>
    public string? Path { get; init; }

    /// <summary>Likewise.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
}
