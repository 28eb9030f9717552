using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ApiLb.Kubernetes.Introduction;

/// <summary>
/// The SHA-256 of a CA's public key (its SubjectPublicKeyInfo in DER), by which somebody who knows nothing else recognises it. As
/// kubeadm's <c>--discovery-token-ca-cert-hash</c> has it. Immutable.
/// </summary>
internal sealed record PublicKeyPin
{
    private const string Prefix = "sha256:";

    private readonly string _text;

    private PublicKeyPin(string text) => _text = text;

    /// <summary>The pin that recognises this certificate.</summary>
    public static PublicKeyPin Of(X509Certificate2 certificate) =>
        new(Prefix + Convert.ToHexStringLower(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo())));

    /// <param name="text"><c>sha256:</c> and 64 hexadecimal digits, in either case.</param>
    /// <param name="pin">Null when the text is none.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out PublicKeyPin? pin)
    {
        var isPin = text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
            && text.Length == Prefix.Length + (2 * SHA256.HashSizeInBytes)
            && text.Skip(Prefix.Length).All(char.IsAsciiHexDigit);
        pin = isPin ? new PublicKeyPin(text.ToLowerInvariant()) : null;
        return isPin;
    }

    public override string ToString() => _text;
}
