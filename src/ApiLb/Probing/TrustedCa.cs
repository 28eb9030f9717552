using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace ApiLb.Probing;

/// <summary>
/// The CAs, one of which must have signed the certificates of one pool's backends: several while a cluster's CA is replaced. Looks
/// at the file again for every fresh connection. Thread-safe.
/// </summary>
internal sealed class TrustedCa(string? path, ILogger logger) : IDisposable
{
    private readonly WatchedFiles<X509Certificate2Collection>? _file =
        path is null ? null : new WatchedFiles<X509Certificate2Collection>("CA file", [path], texts => Parse(texts[0]), logger);

    /// <summary>For messages: where the trust comes from.</summary>
    public string Source => path ?? "the system's trust store";

    /// <summary>The rules for the next handshake; null while the CA file has never been readable.</summary>
    public async ValueTask<X509ChainPolicy?> GetPolicyAsync(CancellationToken cancellationToken)
    {
        // AIA and revocation would make a backend's certificate choose addresses for us to contact, and block the check.
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (_file is null)
        {
            return policy;
        }

        if (await _file.GetAsync(cancellationToken) is not { } certificates)
        {
            return null;
        }

        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(certificates);
        return policy;
    }

    public void Dispose() => _file?.Dispose();

    private static X509Certificate2Collection Parse(string pem)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(pem);
        return certificates.Count > 0 ? certificates : throw new CryptographicException("it holds no PEM certificate");
    }
}
