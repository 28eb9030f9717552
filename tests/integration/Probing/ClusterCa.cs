using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ApiLb.Configuration;

namespace ApiLb.IntegrationTests.Probing;

/// <summary>A cluster's certificate authority, made for one test, and its file.</summary>
internal sealed class ClusterCa : IDisposable
{
    private static readonly TimeSpan Margin = TimeSpan.FromDays(40);

    private readonly X509Certificate2 _certificate;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("apilb-probing-");

    public ClusterCa()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=kubernetes", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));

        // As Go writes it: while a CA is replaced, the old and the new one have the same name, and only the key identifiers differ.
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _certificate = request.CreateSelfSigned(Now - (10 * Margin), Now + (10 * Margin));
        WriteTo(File);
    }

    public string File => Path.Combine(_folder.FullName, "ca.crt");

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>A certificate for these names and addresses, valid now; also for a server that is a client itself, as etcd is.</summary>
    public X509Certificate2 Issue(params string[] names) => Issue(Now - Margin, Now + Margin, names);

    /// <summary>As <see cref="Issue(string[])"/>, with its key in files that go with the CA.</summary>
    public CertificateOptions IssueFiles(string file, params string[] names)
    {
        using var certificate = Issue(names);
        CertificateOptions files = new() { CertificateFile = PathOf(file + ".crt"), KeyFile = PathOf(file + ".key") };
        System.IO.File.WriteAllText(files.CertificateFile, certificate.ExportCertificatePem());
        System.IO.File.WriteAllText(files.KeyFile, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        return files;
    }

    public X509Certificate2 IssueExpired(params string[] names) => Issue(Now - (2 * Margin), Now - Margin, names);

    public X509Certificate2 IssueForTomorrow(params string[] names) => Issue(Now + Margin, Now + (2 * Margin), names);

    public string Pem => _certificate.ExportCertificatePem();

    public void WriteTo(string file) => System.IO.File.WriteAllText(file, Pem);

    /// <summary>A certificate for a client with this name, and its key, as PEM.</summary>
    public (string Certificate, string Key) IssueClient(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        using var certificate = request.Create(_certificate, Now - Margin, Now + Margin, RandomNumberGenerator.GetBytes(8));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>A path for a file that goes with the CA.</summary>
    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public void Dispose()
    {
        _certificate.Dispose();
        _folder.Delete(recursive: true);
    }

    private X509Certificate2 Issue(DateTimeOffset notBefore, DateTimeOffset notAfter, string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=kube-apiserver", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder covered = new();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var ip))
            {
                covered.AddIpAddress(ip);
            }
            else
            {
                covered.AddDnsName(name);
            }
        }

        request.CertificateExtensions.Add(covered.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, true, false));
        using var certificate = request.Create(_certificate, notBefore, notAfter, RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }
}
