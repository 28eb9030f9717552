using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ApiLb.Configuration;
using ApiLb.Configuration.Values;

namespace ApiLb.Storage;

/// <summary>
/// A file with one document, for what has to outlive a restart: written as a whole or not at all, and believed only when it is
/// undamaged. One caller at a time.
/// </summary>
/// <param name="path">Where it is; its folder is made when it is missing.</param>
/// <param name="version">Of the documents.</param>
/// <param name="type">How they are written.</param>
internal sealed class StateFile<T>(string path, int version, JsonTypeInfo<T> type)
    where T : StateDocument
{
    private const int MaximumBytes = 256 * 1024;

    public bool Exists => File.Exists(path);

    public async Task<Parsed<T>> LoadAsync(CancellationToken cancellationToken)
    {
        var content = await BoundedFile.ReadAsync(path, MaximumBytes, cancellationToken);
        if (!content.TryGet(out var bytes, out var problem))
        {
            return Parsed<T>.Failed(problem);
        }

        try
        {
            return Parsed<T>.Of(StateDocument.Parse(bytes, version, type));
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return Parsed<T>.Failed($"{path} is damaged: {e.Message}");
        }
    }

    /// <exception cref="IOException">It cannot be written; what was there is still there. So may <see cref="UnauthorizedAccessException"/>.</exception>
    public async Task SaveAsync(T document, CancellationToken cancellationToken)
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } directory)
        {
            Directory.CreateDirectory(directory);
        }

        var temporary = path + ".new";
        await using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true))
        {
            await file.WriteAsync(StateDocument.Format(document, type), cancellationToken);

            // On the disk before it gets its name: else a power cut could leave the name on an empty file.
            RandomAccess.FlushToDisk(file.SafeFileHandle);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
