namespace ApiLb.Backends;

/// <summary>What the last handshake showed of a backend's certificate. Immutable.</summary>
/// <param name="NotBefore">Valid from.</param>
/// <param name="NotAfter">Valid until.</param>
/// <param name="Issuer">Who signed it. Bounded, no control characters.</param>
/// <param name="IsTrusted">The configured CA vouches for it, whatever its dates and names.</param>
internal sealed record CertificateFacts(DateTimeOffset NotBefore, DateTimeOffset NotAfter, string Issuer, bool IsTrusted)
{
    /// <summary>It is valid for the backend's own host or address; null for a unix socket.</summary>
    public bool? CoversAddress { get; init; }

    /// <summary>It is valid for the pool's <c>controlPlaneEndpoint</c>; null when there is none.</summary>
    public bool? CoversEndpoint { get; init; }
}
