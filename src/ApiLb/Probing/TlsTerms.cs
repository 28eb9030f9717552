using System.Net.Security;

namespace ApiLb.Probing;

/// <summary>What the checks of one backend offer in TLS and what they ask for.</summary>
/// <param name="Ca">Who must have signed its certificate.</param>
/// <param name="Credentials">How checks identify themselves.</param>
/// <param name="Name">Asked for in SNI and expected in the certificate.</param>
internal sealed record TlsTerms(TrustedCa Ca, ProbeCredentials Credentials, string Name)
{
    /// <summary>Offered in ALPN; null: none.</summary>
    public List<SslApplicationProtocol>? Protocols { get; init; }

    /// <summary>The backend's own host or address, for <see cref="Backends.CertificateFacts.CoversAddress"/>.</summary>
    public string? Address { get; init; }

    /// <summary>The host by which clients know the control plane, for <see cref="Backends.CertificateFacts.CoversEndpoint"/>.</summary>
    public string? Endpoint { get; init; }
}
