using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace ApiLb.Configuration.Changes;

/// <summary>The files that settings name: a configuration has changed when their content has.</summary>
internal static class NamedFiles
{
    private const string Unreadable = "unreadable";
    private const int MaximumBytes = 1024 * 1024;

    /// <summary>True for <c>caFile</c>, <c>tokenFile</c>, <c>kubeconfig</c> and their like.</summary>
    public static bool IsNamedBy(string key) => key.EndsWith("File", StringComparison.Ordinal) || key == "kubeconfig";

    /// <summary>A hash of each file's content, by path. A file that cannot be read has a fingerprint too.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> FingerprintAsync(ApiLbOptions options, CancellationToken cancellationToken)
    {
        Dictionary<string, string> fingerprints = new(StringComparer.Ordinal);
        foreach (var path in PathsIn(OptionsTree.Of(options)).Distinct(StringComparer.Ordinal))
        {
            var content = await BoundedFile.ReadAsync(path, MaximumBytes, cancellationToken);
            fingerprints[path] = content.TryGet(out var bytes, out _) ? Convert.ToHexString(SHA256.HashData(bytes)) : Unreadable;
        }

        return fingerprints;
    }

    private static IEnumerable<string> PathsIn(JsonNode? node) => node switch
    {
        JsonObject section => section.SelectMany(s => IsNamedBy(s.Key) && s.Value is JsonValue path ? [path.GetValue<string>()] : PathsIn(s.Value)),
        JsonArray list => list.SelectMany(PathsIn),
        _ => [],
    };
}
