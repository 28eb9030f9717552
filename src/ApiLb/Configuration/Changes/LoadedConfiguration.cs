namespace ApiLb.Configuration.Changes;

/// <summary>A configuration as it was read, with what the files that it names held at that time. Immutable.</summary>
/// <param name="Options">Valid.</param>
/// <param name="Files">A fingerprint for each file that a setting names, by path.</param>
internal sealed record LoadedConfiguration(ApiLbOptions Options, IReadOnlyDictionary<string, string> Files)
{
    public static async Task<LoadedConfiguration> OfAsync(ApiLbOptions options, CancellationToken cancellationToken) =>
        new(options, await NamedFiles.FingerprintAsync(options, cancellationToken));
}
