using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ApiLb.BehaviourTests.Actors;

/// <summary>A cluster's CA, and the certificates that it issues.</summary>
internal sealed class Authority
{
    /// <summary>The name for which backends have their certificate.</summary>
    public const string Name = "kubernetes";

    private static readonly DateTimeOffset Past = TimeProvider.System.GetUtcNow().AddDays(-30);

    private readonly X509Certificate2 _certificate;

    public Authority()
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        _certificate = request.CreateSelfSigned(Past, Past.AddYears(2));
    }

    /// <summary>The one that balancers are told to trust.</summary>
    public static Authority Trusted { get; } = new();

    public string Pem => _certificate.ExportCertificatePem();

    /// <param name="name">Whom it is for, besides every address that backends have.</param>
    /// <param name="expired">Was it valid until yesterday.</param>
    /// <param name="addresses">Does it cover their addresses too.</param>
    public X509Certificate2 Issue(string name = Name, bool expired = false, bool addresses = true)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=" + name, key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(name);
        for (byte last = 11; addresses && last < 20; last++)
        {
            names.AddIpAddress(new IPAddress([127, 0, 0, last]));
        }

        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(_certificate, Past, expired ? Past.AddDays(29) : Past.AddYears(1), RandomNumberGenerator.GetBytes(8));
        using var whole = issued.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }
}
