using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using ApiLb.Configuration;
using Microsoft.Extensions.Logging;

namespace ApiLb.Discovery;

/// <summary>
/// Keeps what is believed of a pool's sources in a file, so that a restart while nothing answers begins with it. A file that is
/// damaged or cannot be read is as good as none. One caller at a time.
/// </summary>
internal sealed partial class LastGoodMembers(string directory, string pool, ILogger logger)
{
    private const int Version = 1;
    private const int MaximumBytes = 256 * 1024;

    private readonly string _path = Path.Combine(directory, $"members-{pool}.json");
    private bool _hasWarned;

    /// <summary>The members of each source; empty when there is no usable file.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<Member>>> LoadAsync(CancellationToken cancellationToken)
    {
        var nothing = new Dictionary<string, IReadOnlyList<Member>>(StringComparer.Ordinal);
        if (!File.Exists(_path))
        {
            return nothing;
        }

        var content = await BoundedFile.ReadAsync(_path, MaximumBytes, cancellationToken);
        if (!content.TryGet(out var bytes, out var problem))
        {
            Log.NotLoaded(logger, pool, problem);
            return nothing;
        }

        try
        {
            return Parse(bytes);
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            Log.NotLoaded(logger, pool, $"{_path} is damaged: {e.Message}");
            return nothing;
        }
    }

    /// <summary>Replaces the file as a whole, or leaves it as it is and warns once.</summary>
    public async Task SaveAsync(IEnumerable<KeyValuePair<string, IReadOnlyList<Member>>> members, CancellationToken cancellationToken)
    {
        var document = new LastGoodDocument(
            Version, "", [.. members.Select(s => new LastGoodDocument.Source(s.Key, [.. s.Value.Select(m => new LastGoodDocument.Server(m.Name, m.Address.ToString()))]))]);
        try
        {
            Directory.CreateDirectory(directory);
            await ReplaceAsync(Serialize(document with { Checksum = ChecksumOf(document) }), cancellationToken);
            _hasWarned = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_hasWarned)
            {
                _hasWarned = true;
                Log.NotSaved(logger, pool, directory, e.Message);
            }
        }
    }

    /// <summary>The reverse of what is saved.</summary>
    /// <exception cref="FormatException">It is not what was saved. So may <see cref="JsonException"/>.</exception>
    public static IReadOnlyDictionary<string, IReadOnlyList<Member>> Parse(ReadOnlySpan<byte> bytes)
    {
        var document = JsonSerializer.Deserialize(bytes, LastGoodJsonContext.Default.LastGoodDocument);
        if (document is not { Version: Version, Sources: not null, Checksum: not null } || document.Sources.Any(s => s is not { Name: not null, Members: not null }))
        {
            throw new FormatException("it is of another version");
        }

        if (document.Checksum != ChecksumOf(document))
        {
            throw new FormatException("its checksum is wrong");
        }

        return document.Sources.DistinctBy(s => s.Name, StringComparer.Ordinal).ToDictionary(
            s => s.Name, IReadOnlyList<Member> (s) => [.. s.Members.Select(m => new Member(m.Name, IPEndPoint.Parse(m.Address)))], StringComparer.Ordinal);
    }

    private static string ChecksumOf(LastGoodDocument document) => Convert.ToHexStringLower(SHA256.HashData(Serialize(document with { Checksum = "" })));

    private static byte[] Serialize(LastGoodDocument document) =>
        JsonSerializer.SerializeToUtf8Bytes(document, LastGoodJsonContext.Default.LastGoodDocument);

    private async Task ReplaceAsync(byte[] content, CancellationToken cancellationToken)
    {
        var temporary = _path + ".new";
        await using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true))
        {
            await file.WriteAsync(content, cancellationToken);

            // On the disk before it gets its name: else a power cut could leave the name on an empty file.
            RandomAccess.FlushToDisk(file.SafeFileHandle);
        }

        File.Move(temporary, _path, overwrite: true);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Pool {Pool}: the members that were discovered last are not used: {Reason}")]
        public static partial void NotLoaded(ILogger logger, string pool, string reason);

        [LoggerMessage(2, LogLevel.Warning, "Pool {Pool}: discovered members cannot be kept in {Directory}: {Reason}; after a restart they are not known until a source answers")]
        public static partial void NotSaved(ILogger logger, string pool, string directory, string reason);
    }
}
