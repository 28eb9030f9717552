using System.Text;
using ApiLb.Configuration.Values;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration.Binding;

/// <summary>
/// Remembers every <c>caFile</c>, and other files that must be there, while the file is bound, and looks at them afterwards.
/// Two steps, because binding is pure and fast while files may be slow.
/// </summary>
/// <param name="folder">Where the configuration file is: relative paths start there, not where the process was started.</param>
internal sealed class CaFileCheck(string folder)
{
    private const int MaximumBytes = 1024 * 1024;

    private const string OfTheCluster = "kubeadm writes the cluster's CA to /etc/kubernetes/pki/ca.crt on every control-plane host";

    private readonly List<(string Path, SettingReader Setting, string Origin, bool IsCa)> _files = [];

    /// <summary>The absolute path, or null when the section has none.</summary>
    /// <param name="section">The section with the key.</param>
    /// <param name="key">The key.</param>
    /// <param name="origin">Where such a file comes from, for the message when it is missing.</param>
    public string? Read(SectionReader section, string key, string origin = OfTheCluster) => Read(section, key, origin, isCa: true);

    /// <summary>The absolute path of a file that may come later, such as a kubeconfig before its cluster is made; null when the section has none.</summary>
    public string? ReadPath(SectionReader section, string key, string origin) => Read(section, key, origin, isCa: false);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var (path, setting, origin, isCa) in _files)
        {
            var content = await BoundedFile.ReadAsync(path, MaximumBytes, cancellationToken).ConfigureAwait(false);
            if (!content.TryGet(out var bytes, out var problem))
            {
                Tell(setting, $"{problem}; {origin}", isCa);
            }
            else if (isCa && CaCertificates.FindProblem(Encoding.UTF8.GetString(bytes)) is { } fault)
            {
                setting.Error($"{Quoted.Shorten(path)} {fault}");
            }
        }
    }

    private static void Tell(SettingReader setting, string problem, bool isError)
    {
        if (isError)
        {
            setting.Error(problem);
        }
        else
        {
            setting.Warn(problem);
        }
    }

    private string? Read(SectionReader section, string key, string origin, bool isCa)
    {
        if (section.Find(key) is not { } setting || !setting.TryRead(FilePath.Parse, out var path))
        {
            return null;
        }

        var absolute = Path.GetFullPath(path, folder);
        _files.Add((absolute, setting, origin, isCa));
        return absolute;
    }
}
