using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ApiLb.Kubernetes;

/// <summary>Whom a client believes to be an apiserver: who has a certificate of this CA for this name. Owns the certificates.</summary>
internal sealed class ServerTrust : IDisposable
{
    private readonly X509Certificate2Collection _authorities = [];
    private readonly string _name;
    private readonly bool _isBlind;
    private volatile string? _failure;

    /// <param name="authority">PEM of the CA.</param>
    /// <param name="name">Asked for in SNI and expected in the certificate.</param>
    /// <exception cref="CryptographicException">The PEM holds no certificate.</exception>
    public ServerTrust(string authority, string name)
    {
        _name = name;
        _authorities.ImportFromPem(authority);
        if (_authorities.Count == 0)
        {
            throw new CryptographicException("the CA holds no PEM certificate");
        }
    }

    private ServerTrust(string name)
    {
        _name = name;
        _isBlind = true;
    }

    /// <summary>Whoever answers is believed: only to read what is public and verified afterwards.</summary>
    public static ServerTrust InAnybody(string name) => new(name);

    /// <summary>Why the last certificate was refused; null when none was.</summary>
    public string? Failure => _failure;

    /// <summary>Rules for a handshake. No revocation lists and no downloads: the server must not choose whom else we contact.</summary>
    public SslClientAuthenticationOptions NewOptions()
    {
        var policy = new X509ChainPolicy
        {
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            TrustMode = X509ChainTrustMode.CustomRootTrust,
        };
        policy.CustomTrustStore.AddRange(_authorities);
        return new SslClientAuthenticationOptions
        {
            TargetHost = _name,
            CertificateChainPolicy = policy,
            RemoteCertificateValidationCallback = Accept,
        };
    }

    public void Dispose()
    {
        foreach (var authority in _authorities)
        {
            authority.Dispose();
        }
    }

    private bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        _failure = Judge(certificate as X509Certificate2, chain, errors);
        return _failure is null;
    }

    private string? Judge(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            return "the server sent no certificate";
        }

        if (_isBlind)
        {
            return null;
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            if (chain?.ChainStatus is [{ Status: X509ChainStatusFlags.NotTimeValid }])
            {
                return $"the certificate is valid from {certificate.NotBefore.ToUniversalTime():u} to {certificate.NotAfter.ToUniversalTime():u}, not now";
            }

            var problems = string.Join(", ", chain?.ChainStatus.Select(s => s.Status) ?? []);
            return $"the certificate of {KubernetesFailure.Shorten(certificate.Subject)} is not one of the cluster's CA ({problems})";
        }

        // Like Go, and unlike SslStream, no fall-back to the common name.
        return certificate.MatchesHostname(_name, allowWildcards: true, allowCommonName: false)
            ? null
            : $"the certificate does not cover {_name}";
    }
}
