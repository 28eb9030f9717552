using ApiLb.Configuration;

namespace ApiLb.Doctor.Host;

/// <summary>Who may read and change the files that hold secrets.</summary>
internal static class KeyFileCheck
{
    private const string Check = "key-files";
    private const UnixFileMode WriteByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    public static IEnumerable<Finding> Find(ApiLbOptions options)
    {
        foreach (var path in SecretsOf(options).OfType<string>().Distinct(StringComparer.Ordinal).Where(File.Exists))
        {
            // The mode of a link is always 777.
            var file = File.ResolveLinkTarget(path, returnFinalTarget: true) ?? new FileInfo(path);
            yield return Judge(path, file.UnixFileMode);
        }
    }

    private static Finding Judge(string path, UnixFileMode mode) =>
        (mode & WriteByOthers) != UnixFileMode.None ? Finding.Error(Check, $"{path} can be changed by others than its owner, and so can what ApiLb shows to apiservers", $"chmod 640 {path}")
        : mode.HasFlag(UnixFileMode.OtherRead) ? Finding.Warning(Check, $"everyone on this host can read {path}, which is a secret", $"chown root:apilb {path} && chmod 640 {path}")
        : Finding.Ok(Check, $"{path} is readable by its owner{(mode.HasFlag(UnixFileMode.GroupRead) ? " and group" : "")} only");

    private static IEnumerable<string?> SecretsOf(ApiLbOptions options) =>
    [
        .. options.Pools.SelectMany(p => (string?[])[p.Health.ClientKeyFile, p.Health.TokenFile, p.Discovery?.Kubernetes?.Kubeconfig, p.Discovery?.Kubernetes?.TokenFile]),
        options.Etcd?.ClientKeyFile,
    ];
}
