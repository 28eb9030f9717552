using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ApiLb.Configuration;
using ApiLb.Configuration.Values;
using Microsoft.Extensions.Logging;

namespace ApiLb.Probing;

/// <summary>
/// What the checks of one pool identify themselves with, for apiservers without anonymous access. Looks at the files again for every
/// fresh connection, and at the token for every request. Nothing that it reads is ever logged. Thread-safe.
/// </summary>
internal sealed class ProbeCredentials(HealthOptions options, ILogger logger) : IDisposable
{
    private readonly WatchedFiles<SslStreamCertificateContext>? _certificate =
        options is { ClientCertificateFile: { } certificate, ClientKeyFile: { } key }
            ? new WatchedFiles<SslStreamCertificateContext>("client certificate", [certificate, key], ParseCertificate, logger)
            : null;

    private readonly WatchedFiles<string>? _token =
        options.TokenFile is { } file ? new WatchedFiles<string>("token file", [file], texts => ParseToken(texts[0]), logger) : null;

    public bool HasCertificate => _certificate is not null;

    public bool HasToken => _token is not null;

    /// <summary>For messages: where the certificate comes from. Empty when there is none.</summary>
    public string CertificateSource => options.ClientCertificateFile ?? "";

    /// <summary>For messages: where the token comes from. Empty when there is none.</summary>
    public string TokenSource => options.TokenFile ?? "";

    /// <summary>Null while the files have never been usable, or when there are none.</summary>
    public ValueTask<SslStreamCertificateContext?> GetCertificateAsync(CancellationToken cancellationToken) =>
        _certificate?.GetAsync(cancellationToken) ?? ValueTask.FromResult<SslStreamCertificateContext?>(null);

    /// <summary>Null while the file has never been usable, or when there is none.</summary>
    public ValueTask<string?> GetTokenAsync(CancellationToken cancellationToken) =>
        _token?.GetAsync(cancellationToken) ?? ValueTask.FromResult<string?>(null);

    public void Dispose()
    {
        _certificate?.Dispose();
        _token?.Dispose();
    }

    private static SslStreamCertificateContext ParseCertificate(string[] texts)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(texts[0]);
            var leaf = X509Certificate2.CreateFromPem(texts[0], texts[1]);
            return SslStreamCertificateContext.Create(leaf, chain, offline: true);
        }
        catch (ArgumentException e)
        {
            throw new CryptographicException("the key does not belong to the certificate", e);
        }
    }

    private static string ParseToken(string text) =>
        BearerToken.Parse(text).TryGet(out var token, out var problem) ? token : throw new IOException(problem);
}
