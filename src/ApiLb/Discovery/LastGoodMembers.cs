using System.Net;
using ApiLb.Storage;
using Microsoft.Extensions.Logging;

namespace ApiLb.Discovery;

/// <summary>
/// Keeps what is believed of a pool's sources in a file, so that a restart while nothing answers begins with it. A file that is
/// damaged or cannot be read is as good as none. One caller at a time.
/// </summary>
internal sealed partial class LastGoodMembers(string directory, string pool, ILogger logger)
{
    private const int Version = 1;

    private readonly StateFile<LastGoodDocument> _file =
        new(Path.Combine(directory, $"members-{pool}.json"), Version, LastGoodJsonContext.Default.LastGoodDocument);

    private bool _hasWarned;

    /// <summary>The members of each source; empty when there is no usable file.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<Member>>> LoadAsync(CancellationToken cancellationToken)
    {
        var nothing = new Dictionary<string, IReadOnlyList<Member>>(StringComparer.Ordinal);
        if (!_file.Exists)
        {
            return nothing;
        }

        var loaded = await _file.LoadAsync(cancellationToken);
        if (!loaded.TryGet(out var document, out var problem))
        {
            Log.NotLoaded(logger, pool, problem);
            return nothing;
        }

        try
        {
            return MembersOf(document);
        }
        catch (FormatException e)
        {
            Log.NotLoaded(logger, pool, e.Message);
            return nothing;
        }
    }

    /// <summary>Replaces the file as a whole, or leaves it as it is and warns once.</summary>
    public async Task SaveAsync(IEnumerable<KeyValuePair<string, IReadOnlyList<Member>>> members, CancellationToken cancellationToken)
    {
        var document = new LastGoodDocument(
            Version, "", [.. members.Select(s => new LastGoodDocument.Source(s.Key, [.. s.Value.Select(m => new LastGoodDocument.Server(m.Name, m.Address.ToString(), m.IsBackup))]))]);
        try
        {
            await _file.SaveAsync(document, cancellationToken);
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
    /// <exception cref="FormatException">It is not what was saved. So may <see cref="System.Text.Json.JsonException"/>.</exception>
    public static IReadOnlyDictionary<string, IReadOnlyList<Member>> Parse(ReadOnlySpan<byte> bytes) =>
        MembersOf(StateDocument.Parse(bytes, Version, LastGoodJsonContext.Default.LastGoodDocument));

    private static Dictionary<string, IReadOnlyList<Member>> MembersOf(LastGoodDocument document)
    {
        if (document.Sources is null || document.Sources.Any(s => s is not { Name: not null, Members: not null }))
        {
            throw new FormatException("a source is missing in it");
        }

        return document.Sources.DistinctBy(s => s.Name, StringComparer.Ordinal).ToDictionary(
            s => s.Name, IReadOnlyList<Member> (s) => [.. s.Members.Select(m => new Member(m.Name, IPEndPoint.Parse(m.Address), m.IsBackup))], StringComparer.Ordinal);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Pool {Pool}: the members that were discovered last are not used: {Reason}")]
        public static partial void NotLoaded(ILogger logger, string pool, string reason);

        [LoggerMessage(2, LogLevel.Warning, "Pool {Pool}: discovered members cannot be kept in {Directory}: {Reason}; after a restart they are not known until a source answers")]
        public static partial void NotSaved(ILogger logger, string pool, string directory, string reason);
    }
}
