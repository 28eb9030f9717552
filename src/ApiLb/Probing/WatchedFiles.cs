using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace ApiLb.Probing;

/// <summary>
/// The value of one or two small text files, read again when they changed. Files that became unusable leave the previous value in
/// force, with one warning. Thread-safe.
/// </summary>
/// <param name="kind">For messages: <c>CA file</c>.</param>
/// <param name="paths">Read together: a certificate and its key change together.</param>
/// <param name="parse">Throws <see cref="CryptographicException"/> or <see cref="IOException"/> with a reason that holds no secret.</param>
/// <param name="logger">For the warnings.</param>
internal sealed partial class WatchedFiles<T>(string kind, IReadOnlyList<string> paths, Func<string[], T> parse, ILogger logger)
    : IDisposable
    where T : class
{
    private const int MaxFileSize = 1024 * 1024;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private byte[]? _seen;
    private T? _value;
    private bool _hasWarned;

    /// <summary>The value now; null while the files have never been usable.</summary>
    public async ValueTask<T?> GetAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await RefreshAsync(cancellationToken);
            return _value;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async ValueTask RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            var texts = new string[paths.Count];
            for (var i = 0; i < texts.Length; i++)
            {
                texts[i] = await ReadAsync(paths[i], cancellationToken);
            }

            // By content: times are coarse, and a path may be a link whose target changes, as the secrets of a pod are.
            var found = Fingerprint(texts);
            if (!found.AsSpan().SequenceEqual(_seen))
            {
                _value = parse(texts);
                _seen = found;
                Log.Loaded(logger, kind, string.Join(", ", paths));
            }

            _hasWarned = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            if (!_hasWarned)
            {
                _hasWarned = true;
                var consequence = _value is null ? "checks cannot go on without it" : "what was read before stays in force";
                Log.Unusable(logger, kind, string.Join(", ", paths), e.Message, consequence);
            }
        }
    }

    private static async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (file.Length > MaxFileSize)
        {
            throw new IOException($"{file.Length} bytes are too many");
        }

        using var reader = new StreamReader(file);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    // Not the text itself: it may be a secret, and need not lie about twice.
    private static byte[] Fingerprint(string[] texts) => SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', texts)));

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "{Kind} {File} read")]
        public static partial void Loaded(ILogger logger, string kind, string file);

        [LoggerMessage(2, LogLevel.Warning, "{Kind} {File} cannot be used: {Reason}; {Consequence}")]
        public static partial void Unusable(ILogger logger, string kind, string file, string reason, string consequence);
    }
}
