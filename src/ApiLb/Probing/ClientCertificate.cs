using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace ApiLb.Probing;

/// <summary>
/// The certificate that checks show to a backend which asks for one. Looks at its two files again for every fresh connection;
/// files that became unreadable leave the previous certificate in force. Thread-safe.
/// </summary>
internal sealed partial class ClientCertificate(string certificateFile, string keyFile, ILogger logger) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private SslStreamCertificateContext? _context;
    private (DateTime Certificate, DateTime Key)? _seen;
    private bool _hasWarned;

    /// <summary>What the next handshake shows; null while the files have never been usable.</summary>
    public async ValueTask<SslStreamCertificateContext?> GetContextAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var found = (File.GetLastWriteTimeUtc(certificateFile), File.GetLastWriteTimeUtc(keyFile));
            if ((_context is null || _seen != found) && await ReadAsync(cancellationToken) is { } fresh)
            {
                _context = fresh;
                _seen = found;
            }

            return _context;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async ValueTask<SslStreamCertificateContext?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var pem = await File.ReadAllTextAsync(certificateFile, cancellationToken);
            var key = await File.ReadAllTextAsync(keyFile, cancellationToken);

            // Not disposed when it is replaced: a handshake may still be using it.
            var certificate = X509Certificate2.CreateFromPem(pem, key);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(pem);
            chain.RemoveAt(0);
            var context = SslStreamCertificateContext.Create(certificate, chain, offline: true);
            _hasWarned = false;
            Log.Loaded(logger, certificateFile, certificate.NotAfter.ToUniversalTime());
            return context;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            if (!_hasWarned)
            {
                _hasWarned = true;
                var consequence = _context is null ? "checks that need it fail" : "the previous certificate stays in force";
                Log.Unusable(logger, certificateFile, keyFile, e.Message, consequence);
            }

            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "Client certificate {File} read: valid until {NotAfter:u}")]
        public static partial void Loaded(ILogger logger, string file, DateTime notAfter);

        [LoggerMessage(2, LogLevel.Warning, "Client certificate {File} with key {KeyFile} cannot be used: {Reason}; {Consequence}")]
        public static partial void Unusable(ILogger logger, string file, string keyFile, string reason, string consequence);
    }
}
