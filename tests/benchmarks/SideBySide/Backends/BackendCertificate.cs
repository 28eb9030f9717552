using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ApiLb.Benchmarks.SideBySide.Backends;

/// <summary>Makes the self-signed certificate of the TLS backends. ECDSA P-256, which keeps the handshake cheap for the backend.</summary>
internal static class BackendCertificate
{
    public static X509Certificate2 Write(string certificateFile, string keyFile)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=bench", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return certificate;
    }
}
