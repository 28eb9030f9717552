using ApiLb.Configuration.Binding;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration;

/// <summary>
/// Reads a configuration file: bytes, text, YAML nodes, options, and at last the files that the options name.
/// Whatever is wrong becomes a finding; nothing here throws on bad input.
/// </summary>
internal static class ConfigurationFile
{
    /// <summary>Where the packages put it.</summary>
    public const string DefaultPath = "/etc/apilb/apilb.yaml";

    private const int MaximumBytes = 1024 * 1024;

    /// <summary>Everything that <c>apilb run</c> needs to be right, including the files that the configuration names.</summary>
    public static async Task<ConfigurationResult> LoadAsync(string path, CancellationToken cancellationToken)
    {
        var findings = new ConfigurationFindings(path);
        var content = await BoundedFile.ReadAsync(path, MaximumBytes, cancellationToken).ConfigureAwait(false);
        if (!content.TryGet(out var bytes, out var problem))
        {
            findings.Error(SourcePosition.Start, "", problem);
            return findings.ToResult(null);
        }

        var files = new HealthFilesCheck(FolderOf(path), TimeProvider.System);
        var options = Bind(bytes, findings, files);
        await files.RunAsync(cancellationToken).ConfigureAwait(false);
        return findings.ToResult(options);
    }

    /// <summary>The same for a file's content at hand; touches no other file, so a <c>caFile</c> need not exist.</summary>
    public static ConfigurationResult Parse(string path, byte[] content)
    {
        var findings = new ConfigurationFindings(path);
        return findings.ToResult(Bind(content, findings, new HealthFilesCheck(FolderOf(path), TimeProvider.System)));
    }

    private static ApiLbOptions? Bind(byte[] content, ConfigurationFindings findings, HealthFilesCheck files)
    {
        if (!ConfigurationText.Decode(content, MaximumBytes).TryGet(out var text, out var problem))
        {
            findings.Error(SourcePosition.Start, "", problem);
            return null;
        }

        var root = new YamlComposer(text, findings).Compose();
        return root is null ? null : new ConfigurationBinder(findings, files).Bind(root);
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
}
