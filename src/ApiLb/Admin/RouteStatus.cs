namespace ApiLb.Admin;

/// <summary>One route in <see cref="ListenerStatus"/>.</summary>
/// <param name="ServerNames">As configured, in lower case.</param>
/// <param name="Pool">The pool that serves them.</param>
internal sealed record RouteStatus(IReadOnlyList<string> ServerNames, string Pool);
