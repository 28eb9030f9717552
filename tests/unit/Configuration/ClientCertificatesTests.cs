using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ApiLb.Configuration.Binding;
using Xunit;

namespace ApiLb.UnitTests.Configuration;

public sealed class ClientCertificatesTests
{
    [Fact]
    public void OwnKey_IsRight()
    {
        var (certificate, key) = NewPair();

        Assert.Null(ClientCertificates.FindProblemOfCertificate(certificate));
        Assert.Null(ClientCertificates.FindProblemOfKey(certificate, key));
    }

    [Fact]
    public void KeyOfAnother_DoesNotFit() =>
        Assert.Contains("does not hold the key", ClientCertificates.FindProblemOfKey(NewPair().Certificate, NewPair().Key), StringComparison.Ordinal);

    [Fact]
    public void EncryptedKey_IsRefused()
    {
        using var key = ECDsa.Create();
        var pem = key.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1000));

        Assert.Contains("encrypted", ClientCertificates.FindProblemOfKey(NewPair().Certificate, pem), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "holds no PEM certificate (-----BEGIN CERTIFICATE-----)")]
    [InlineData("-----BEGIN CERTIFICATE-----\nbm90IG9uZQ==\n-----END CERTIFICATE-----", "holds a certificate that cannot be read; is the file complete?")]
    public void NoCertificate_IsSaidSo(string pem, string problem) => Assert.Equal(problem, ClientCertificates.FindProblemOfCertificate(pem));

    private static (string Certificate, string Key) NewPair()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = DateTimeOffset.UnixEpoch.AddYears(56);
        using var certificate = new CertificateRequest("CN=apilb", key, HashAlgorithmName.SHA256).CreateSelfSigned(now, now.AddYears(1));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
