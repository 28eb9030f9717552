using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ApiLb.Demo;

/// <summary>The demo's certificate authority: lives in memory, signs the stand-ins' certificates, and ends with the demo.</summary>
internal sealed class DemoAuthority : IDisposable
{
    private static readonly TimeSpan Validity = TimeSpan.FromDays(365);

    private readonly X509Certificate2 _certificate;
    private readonly DateTimeOffset _from;

    public DemoAuthority(TimeProvider time)
    {
        // A little in the past: clients in virtual machines have clocks that lag.
        _from = time.GetUtcNow().AddMinutes(-5);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=apilb-demo-ca", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _certificate = request.CreateSelfSigned(_from, _from + Validity);
        Certificate = X509CertificateLoader.LoadCertificate(_certificate.RawData);
    }

    /// <summary>The CA's certificate without its key: what clients trust.</summary>
    public X509Certificate2 Certificate { get; }

    public string ToPem() => Certificate.ExportCertificatePem() + "\n";

    /// <summary>Signs a server certificate for a stand-in: its name, its address, <c>localhost</c> and 127.0.0.1.</summary>
    public X509Certificate2 IssueServerCertificate(string name, IPAddress address)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1", "serverAuth")], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, true, false));
        request.CertificateExtensions.Add(NamesOf(name, address));
        using var signed = request.Create(_certificate, _from, _from + Validity, RandomNumberGenerator.GetBytes(16));
        return signed.CopyWithPrivateKey(key);
    }

    public void Dispose()
    {
        Certificate.Dispose();
        _certificate.Dispose();
    }

    private static X509Extension NamesOf(string name, IPAddress address)
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddDnsName("localhost");
        names.AddDnsName("kubernetes");
        names.AddIpAddress(IPAddress.Loopback);
        if (!address.Equals(IPAddress.Loopback))
        {
            names.AddIpAddress(address);
        }

        return names.Build();
    }
}
