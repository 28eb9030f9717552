namespace ApiLb.IntegrationTests.Http.Hostile;

/// <summary>What a client sends over an HTTP/2 connection, and what it hears then.</summary>
/// <param name="Name">What is wrong with it.</param>
/// <param name="Bytes">After the handshake of TLS.</param>
/// <param name="Verdict">What it is told first; after a GOAWAY the connection is closed.</param>
/// <param name="Reason">For what the connection is ended, as <c>apilb_http_client_faults_total</c> counts it; empty: only the stream is.</param>
internal sealed record Http2Attack(string Name, byte[] Bytes, string Verdict, string Reason = "");
