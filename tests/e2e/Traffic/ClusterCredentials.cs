using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;

namespace ApiLb.EndToEndTests.Traffic;

/// <summary>The cluster CA that clients verify with, and the administrator's certificate, both from an admin.conf.</summary>
internal sealed class ClusterCredentials(string kubeconfig) : IDisposable
{
    private readonly X509Certificate2 _authority = X509Certificate2.CreateFromPem(Field(kubeconfig, "certificate-authority-data"));

    private readonly X509Certificate2 _administrator =
        X509Certificate2.CreateFromPem(Field(kubeconfig, "client-certificate-data"), Field(kubeconfig, "client-key-data"));

    private SslStreamCertificateContext? _administratorContext;

    /// <summary>A real handshake every time (no resumption), and the server's certificate must come from the cluster CA.</summary>
    public SslClientAuthenticationOptions OptionsFor(string host, bool authenticate, bool offersHttp2 = false)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(_authority);
        return new SslClientAuthenticationOptions
        {
            TargetHost = host,
            CertificateChainPolicy = policy,
            AllowTlsResume = false,
            ApplicationProtocols = offersHttp2 ? [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11] : null,
            ClientCertificateContext = authenticate ? _administratorContext ??= SslStreamCertificateContext.Create(_administrator, null, offline: true) : null,
        };
    }

    public void Dispose()
    {
        _authority.Dispose();
        _administrator.Dispose();
    }

    private static string Field(string kubeconfig, string name)
    {
        var match = Regex.Match(kubeconfig, $@"^\s*{name}: (\S+)$", RegexOptions.Multiline | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        return match.Success
            ? Encoding.ASCII.GetString(Convert.FromBase64String(match.Groups[1].Value))
            : throw new InvalidDataException($"the kubeconfig has no {name}");
    }
}
