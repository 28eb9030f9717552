using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ApiLb.Configuration;
using ApiLb.Probing;
using Microsoft.Extensions.Logging;

namespace ApiLb.Http;

/// <summary>
/// The certificates of one listener, by the names in them. Looks at the files again while clients come, so that a renewed
/// certificate is served without a word from anybody. Thread-safe.
/// </summary>
internal sealed class ServerCertificates
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(2);

    private readonly WatchedFiles<SslStreamCertificateContext>[] _files;
    private readonly TimeProvider _time;
    private volatile Known? _known;

    public ServerCertificates(ListenerTlsOptions options, TimeProvider time, ILogger logger)
    {
        _time = time;
        _files = [.. options.AllCertificates().Select(c =>
            new WatchedFiles<SslStreamCertificateContext>("certificate", [c.CertificateFile, c.KeyFile], Parse, logger))];
    }

    /// <returns>The first that has this name, or else the first; null when none was ever usable.</returns>
    public async ValueTask<SslStreamCertificateContext?> FindAsync(string? serverName, CancellationToken cancellation)
    {
        var known = _known;
        if (known is null || _time.GetElapsedTime(known.LookedAt) >= LookAgainAfter)
        {
            _known = known = await LookAsync(cancellation);
        }

        return known.Certificates.Find(c => Covers(c.TargetCertificate, serverName)) ?? (known.Certificates is [var first, ..] ? first : null);
    }

    private async ValueTask<Known> LookAsync(CancellationToken cancellation)
    {
        var lookedAt = _time.GetTimestamp();
        var certificates = new List<SslStreamCertificateContext>();
        foreach (var file in _files)
        {
            if (await file.GetAsync(cancellation) is { } certificate)
            {
                certificates.Add(certificate);
            }
        }

        return new Known(certificates, lookedAt);
    }

    private static bool Covers(X509Certificate2 certificate, string? name)
    {
        try
        {
            return !string.IsNullOrEmpty(name) && certificate.MatchesHostname(name);
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            return false;
        }
    }

    private static SslStreamCertificateContext Parse(string[] texts)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(texts[0]);
            return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPem(texts[0], texts[1]), chain, offline: true);
        }
        catch (ArgumentException e)
        {
            throw new CryptographicException("the key does not belong to the certificate", e);
        }
    }

    private sealed record Known(List<SslStreamCertificateContext> Certificates, long LookedAt);
}
