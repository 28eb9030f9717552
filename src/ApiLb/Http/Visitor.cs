using System.Security.Cryptography.X509Certificates;
using ApiLb.Transport;

namespace ApiLb.Http;

/// <summary>Whose requests come over one connection, as a feature of it. Immutable but for what it remembers.</summary>
/// <param name="Site">Where it came in.</param>
/// <param name="Address">The client: whom a proxy before this one spoke for in a PROXY header, or else who connected.</param>
/// <param name="IsTls">TLS ended here.</param>
/// <param name="IsTrustedProxy">Its X-Forwarded headers are believed.</param>
/// <param name="Certificate">What the client showed; null: nothing.</param>
internal sealed record Visitor(HttpSite Site, ClientAddress Address, bool IsTls, bool IsTrustedProxy, X509Certificate2? Certificate = null)
{
    public string Scheme => IsTls ? "https" : "http";

    /// <summary>As backends are told of it; the same for all requests of the connection.</summary>
    public string Name { get; } = Address.IsUnix ? "unix" : Address.ToIPAddress().ToString();

    public LastTarget LastTarget { get; } = new();
}
