using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using ApiLb.Backends;
using ApiLb.Health;

namespace ApiLb.Probing;

/// <summary>
/// Judges the certificate of one handshake and remembers why it failed. Chain before dates before name: a certificate that
/// nobody vouches for proves nothing by its dates.
/// </summary>
internal sealed class CertificateCheck(TlsTerms terms)
{
    private const X509ChainStatusFlags Dates = X509ChainStatusFlags.NotTimeValid;

    /// <summary>Why the certificate was rejected, or null.</summary>
    public ProbeVerdict? Failure { get; private set; }

    /// <summary>What the certificate says, accepted or not; null when there was none.</summary>
    public CertificateFacts? Facts { get; private set; }

    /// <summary>A <see cref="RemoteCertificateValidationCallback"/>; the chain was built by the rules of <see cref="TrustedCa"/>.</summary>
    public bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        Failure = Judge(certificate as X509Certificate2, chain, errors);
        return Failure is null;
    }

    private ProbeVerdict? Judge(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null || chain is null)
        {
            return Reject(HealthCause.UntrustedCertificate, "the server sent no certificate");
        }

        var problems = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);
        var isTrusted = (problems & ~Dates) == X509ChainStatusFlags.NoError
            && !(problems == X509ChainStatusFlags.NoError && errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors));
        Facts = Read(certificate, isTrusted);
        if (!isTrusted)
        {
            return Reject(
                HealthCause.UntrustedCertificate,
                $"certificate not trusted by {terms.Ca.Source} ({problems & ~Dates}; issuer {certificate.Issuer})");
        }

        if (problems != X509ChainStatusFlags.NoError)
        {
            var (from, to) = (certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());
            return Reject(HealthCause.ExpiredCertificate, $"certificate valid from {from:u} to {to:u}, not now");
        }

        return Covers(certificate, terms.Name)
            ? null
            : Reject(HealthCause.WrongCertificateName, $"certificate does not cover {terms.Name}");
    }

    private CertificateFacts Read(X509Certificate2 certificate, bool isTrusted) =>
        new(new DateTimeOffset(certificate.NotBefore.ToUniversalTime()), new DateTimeOffset(certificate.NotAfter.ToUniversalTime()), ProbeText.Clean(certificate.Issuer), isTrusted)
        {
            CoversAddress = terms.Address is { } address ? Covers(certificate, address) : null,
            CoversEndpoint = terms.Endpoint is { } endpoint ? Covers(certificate, endpoint) : null,
        };

    // Like Go, and unlike SslStream, no fall-back to the common name. A certificate that cannot be read covers nothing.
    private static bool Covers(X509Certificate2 certificate, string name)
    {
        try
        {
            return certificate.MatchesHostname(name, allowWildcards: true, allowCommonName: false);
        }
        catch (Exception e) when (e is ArgumentException or System.Security.Cryptography.CryptographicException)
        {
            return false;
        }
    }

    private static ProbeVerdict Reject(HealthCause cause, string detail) => ProbeVerdict.Unreachable(ProbeLayer.L6, cause, detail);
}
