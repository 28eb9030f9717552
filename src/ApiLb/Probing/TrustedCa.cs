using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace ApiLb.Probing;

/// <summary>
/// The CA that must have signed the certificates of one pool's backends. Looks at the file again for every fresh connection;
/// a file that became unreadable leaves the previous CA in force. Thread-safe.
/// </summary>
internal sealed partial class TrustedCa(string? path, ILogger logger) : IDisposable
{
    private const int MaxFileSize = 1024 * 1024;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private X509Certificate2Collection? _certificates;
    private (DateTime ModifiedAt, long Size)? _seen;
    private bool _hasWarned;

    /// <summary>For messages: where the trust comes from.</summary>
    public string Source => path ?? "the system's trust store";

    /// <summary>The rules for the next handshake; null while the CA file has never been readable.</summary>
    public async ValueTask<X509ChainPolicy?> GetPolicyAsync(CancellationToken cancellationToken)
    {
        // AIA and revocation would make a backend's certificate choose addresses for us to contact, and block the check.
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (path is null)
        {
            return policy;
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            await RefreshAsync(path, cancellationToken);
            if (_certificates is null)
            {
                return null;
            }

            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(_certificates);
            return policy;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async ValueTask RefreshAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            var info = new FileInfo(file);
            var found = (info.LastWriteTimeUtc, info.Length);
            if (_certificates is not null && _seen == found)
            {
                return;
            }

            _certificates = await ReadAsync(file, info.Length, cancellationToken);
            _seen = found;
            _hasWarned = false;
            Log.Loaded(logger, file, _certificates.Count);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            if (!_hasWarned)
            {
                _hasWarned = true;
                var consequence = _certificates is null ? "no certificate can be verified" : "the previous CA stays in force";
                Log.Unreadable(logger, file, e.Message, consequence);
            }
        }
    }

    private static async Task<X509Certificate2Collection> ReadAsync(string file, long size, CancellationToken cancellationToken)
    {
        if (size > MaxFileSize)
        {
            throw new IOException($"{size} bytes are too many for a CA file");
        }

        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(await File.ReadAllTextAsync(file, cancellationToken));
        return certificates.Count > 0 ? certificates : throw new CryptographicException("it holds no PEM certificate");
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "CA file {File} read: {Count} certificates")]
        public static partial void Loaded(ILogger logger, string file, int count);

        [LoggerMessage(2, LogLevel.Warning, "CA file {File} cannot be used: {Reason}; {Consequence}")]
        public static partial void Unreadable(ILogger logger, string file, string reason, string consequence);
    }
}
