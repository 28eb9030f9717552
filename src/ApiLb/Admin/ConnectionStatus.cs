namespace ApiLb.Admin;

/// <summary>One established connection in <see cref="ConnectionsStatus"/>.</summary>
/// <param name="Listener">Where its client came in.</param>
/// <param name="Client">The client's address and port; <c>unix</c> for a unix socket.</param>
/// <param name="ServerName">Whom the client asked for (SNI); null: it did not say.</param>
/// <param name="Protocols">What the client offered (ALPN); null: nothing.</param>
/// <param name="Pool">Of its backend.</param>
/// <param name="Backend">Who serves it.</param>
/// <param name="AgeSeconds">Since its backend was dialled.</param>
/// <param name="IdleSeconds">Since anything was sent or received; null when that is not known.</param>
/// <param name="BytesToBackend">Since it began.</param>
/// <param name="BytesToClient">Since it began.</param>
internal sealed record ConnectionStatus(
    string Listener,
    string Client,
    string? ServerName,
    string? Protocols,
    string Pool,
    string Backend,
    double AgeSeconds,
    double? IdleSeconds,
    long BytesToBackend,
    long BytesToClient);
