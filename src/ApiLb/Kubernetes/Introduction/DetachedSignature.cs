using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ApiLb.Kubernetes.Introduction;

/// <summary>
/// The signature that the controller manager's bootstrap signer puts beside the kubeconfig of <c>cluster-info</c>: a JWS with its
/// content left out (RFC 7515, appendix F), by HMAC-SHA-256 with the secret of a bootstrap token. Pure.
/// </summary>
internal static class DetachedSignature
{
    /// <param name="signature"><c>HEADER..SIGNATURE</c>, from anybody.</param>
    /// <param name="content">What it is said to sign.</param>
    /// <param name="token">Whose secret is the key.</param>
    public static bool IsValid(string signature, string content, BootstrapToken token)
    {
        if (signature.Split('.') is not [var header, "", var given])
        {
            return false;
        }

        // Whatever algorithm the header names, only HMAC-SHA-256 is computed: RFC 8725, 3.1.
        var signed = Encoding.UTF8.GetBytes($"{header}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(content))}");
        var expected = Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(token.Secret), signed));
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(given));
    }
}
