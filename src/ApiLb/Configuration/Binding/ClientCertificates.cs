using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ApiLb.Configuration.Binding;

/// <summary>Judges the content of a <c>clientCertificateFile</c> and its <c>clientKeyFile</c>.</summary>
internal static class ClientCertificates
{
    /// <summary>What is wrong with the certificate file as the end of a sentence that begins with its path; null: nothing.</summary>
    public static string? FindProblemOfCertificate(string pem)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(pem);
            return null;
        }
        catch (CryptographicException)
        {
            return pem.Contains("-----BEGIN CERTIFICATE-----", StringComparison.Ordinal)
                ? "holds a certificate that cannot be read; is the file complete?"
                : "holds no PEM certificate (-----BEGIN CERTIFICATE-----)";
        }
    }

    /// <summary>The same of the key file, given a certificate file that is right.</summary>
    public static string? FindProblemOfKey(string certificatePem, string keyPem)
    {
        if (!keyPem.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            return "holds no PEM private key (-----BEGIN PRIVATE KEY-----)";
        }

        if (keyPem.Contains("ENCRYPTED", StringComparison.Ordinal))
        {
            return "holds an encrypted key, for which nobody could type the passphrase; write it without one";
        }

        try
        {
            using var certificate = X509Certificate2.CreateFromPem(certificatePem, keyPem);
            return null;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return "does not hold the key of the certificate in clientCertificateFile; both must come from one pair";
        }
    }
}
