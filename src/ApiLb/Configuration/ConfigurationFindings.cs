using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration;

/// <summary>Collects everything that is wrong with one file, so that the operator sees it all at once.</summary>
internal sealed class ConfigurationFindings(string file)
{
    /// <summary>Nobody reads more, and printing a line for every mistake of a file that is none takes longer than a second.</summary>
    private const int MostShown = 1000;

    private readonly List<ConfigurationFinding> _errors = [];
    private readonly List<ConfigurationFinding> _warnings = [];

    public bool HasErrors => _errors.Count > 0;

    /// <summary>The configuration cannot be used as it stands.</summary>
    public void Error(SourcePosition position, string keyPath, string message) => _errors.Add(At(position, keyPath, message));

    /// <summary>The configuration can be used, but probably does not do what its author hopes.</summary>
    public void Warn(SourcePosition position, string keyPath, string message) => _warnings.Add(At(position, keyPath, message));

    public ConfigurationResult ToResult(ApiLbOptions? options) =>
        new(file, HasErrors ? null : options, InOrder(_errors), InOrder(_warnings));

    private ConfigurationFinding At(SourcePosition position, string keyPath, string message) =>
        new(file, position.Line, position.Column, keyPath, message);

    private static List<ConfigurationFinding> InOrder(List<ConfigurationFinding> findings)
    {
        var shown = findings.OrderBy(finding => finding.Line).ThenBy(finding => finding.Column).Take(MostShown).ToList();
        if (shown.Count < findings.Count)
        {
            shown.Add(shown[^1] with { KeyPath = "", Message = $"and {findings.Count - shown.Count} more like these" });
        }

        return shown;
    }
}
