using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ApiLb.Configuration.Values;

namespace ApiLb.Configuration.Binding;

/// <summary>Judges the content of a <c>caFile</c>.</summary>
internal static class CaCertificates
{
    /// <summary>What is wrong with it as the end of a sentence that begins with the path; null: nothing.</summary>
    public static string? FindProblem(string pem)
    {
        if (pem.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            return "holds a private key; only the certificate (ca.crt) belongs on a load balancer, never ca.key";
        }

        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
            return certificates.Count == 0 ? "holds no PEM certificate (-----BEGIN CERTIFICATE-----)"
                : certificates.Any(IsAuthority) ? null
                : $"holds the certificate of {Quoted.Shorten(certificates[0].Subject)}, which is not a CA; kubeadm's is ca.crt, not apiserver.crt";
        }
        catch (CryptographicException)
        {
            return "holds a certificate that cannot be read; is the file complete?";
        }
        finally
        {
            foreach (var certificate in certificates)
            {
                certificate.Dispose();
            }
        }
    }

    // A self-signed certificate is its own authority, whether it says so or not; version 1 roots cannot say so.
    private static bool IsAuthority(X509Certificate2 certificate) =>
        certificate.Subject == certificate.Issuer
        || certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(constraints => constraints.CertificateAuthority);
}
