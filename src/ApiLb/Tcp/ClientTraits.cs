namespace ApiLb.Tcp;

/// <summary>
/// What a client told before it was connected. Immutable, and one object for all clients that told the same: each connection
/// keeps it for as long as it lives.
/// </summary>
/// <param name="Listener">Where it came in.</param>
/// <param name="ServerName">Whom it asked for, in lower case; null: it did not say.</param>
/// <param name="Protocols">What it offered, such as <c>h2,http/1.1</c>; null: nothing.</param>
/// <param name="OffersHttp2">As <see cref="ClientHello.OffersHttp2"/>.</param>
internal sealed record ClientTraits(string Listener, string? ServerName = null, string? Protocols = null, bool OffersHttp2 = false);
