using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ApiLb.Kubernetes.Introduction;

/// <summary>What the kubeconfig in <c>cluster-info</c> tells everybody: where the cluster is, and its CA. Immutable.</summary>
/// <param name="Server">The <c>controlPlaneEndpoint</c>, or the first apiserver when there is none; null: it cannot be read.</param>
/// <param name="Authority">PEM of one CA, or of several while it is replaced.</param>
internal sealed record PublicCluster(Uri? Server, string Authority)
{
    /// <exception cref="FormatException">It cannot be used; the message is the end of a sentence about the kubeconfig.</exception>
    public static PublicCluster Parse(string kubeconfig)
    {
        var clusters = YamlTree.Parse(kubeconfig)["clusters"].Items;
        if (clusters.Count != 1)
        {
            throw new FormatException($"names {clusters.Count} clusters instead of one");
        }

        var cluster = clusters[0]["cluster"];
        var data = cluster["certificate-authority-data"].Text ?? throw new FormatException("has no certificate-authority-data");
        var bytes = new byte[data.Length];
        return Convert.TryFromBase64String(data, bytes, out var length)
            ? new PublicCluster(ServerOf(cluster["server"].Text), Encoding.UTF8.GetString(bytes, 0, length))
            : throw new FormatException("has a certificate-authority-data that is not base64");
    }

    /// <summary>The certificates of <see cref="Authority"/>. The caller disposes them.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public X509Certificate2Collection ReadCertificates()
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(Authority);
        }
        catch (CryptographicException)
        {
            // Said below.
        }

        return certificates.Count > 0 ? certificates : throw new FormatException("has a certificate-authority-data that holds no PEM certificate");
    }

    private static Uri? ServerOf(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var server) && server.Scheme == Uri.UriSchemeHttps ? server : null;
}
