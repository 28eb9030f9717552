namespace ApiLb.IntegrationTests.Http.Hostile;

/// <summary>
/// Bytes that a client sends, and what comes of them. A verdict is the statuses that the client gets, <c>closed</c> when the
/// connection is closed without an answer, <c>body</c> when an answer has no status line, and <c>+N</c> when N whole requests reached the
/// backend; without it none did.
/// </summary>
/// <param name="Name">What is wrong with it.</param>
/// <param name="Bytes">One character each.</param>
/// <param name="ApiLb">The verdict of ApiLb.</param>
/// <param name="Nginx">The verdict of nginx 1.22 as a proxy.</param>
/// <param name="Why">Why they differ, or why it is forwarded; empty when both refuse it alike.</param>
internal sealed record HostileRequest(string Name, string Bytes, string ApiLb, string Nginx, string Why = "");
