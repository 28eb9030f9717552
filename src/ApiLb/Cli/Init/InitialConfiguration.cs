using System.Reflection;
using ApiLb.Configuration;

namespace ApiLb.Cli.Init;

/// <summary>
/// The configuration that <c>apilb init</c> writes: the file that the packages ship, with the lines changed that differ from
/// cluster to cluster. Pure.
/// </summary>
internal sealed record InitialConfiguration
{
    private const string ExampleBackend = "      - cp";
    private const string ExampleCaFile = "      caFile: /etc/apilb/ca.crt";
    private const string ExampleEndpoint = "    #controlPlaneEndpoint: ";
    private const string ExampleDiscovery = "    #discovery: ";

    public required IReadOnlyList<InitEndpoint> Endpoints { get; init; }

    /// <summary>Absolute path.</summary>
    public required string CaFile { get; init; }

    /// <summary>Null: not known, the line stays a comment.</summary>
    public BackendAddress? ControlPlaneEndpoint { get; init; }

    /// <summary>Absolute path of the kubeconfig for discovery; null: the line stays a comment.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>The text of the shipped file, which is built into the program.</summary>
    public static async Task<string> LoadShippedAsync()
    {
        var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("apilb.yaml")
            ?? throw new InvalidOperationException("apilb.yaml is not built in");
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }

    /// <summary>The shipped text with this cluster's values in it.</summary>
    public string FillIn(string shipped)
    {
        var lines = shipped.Split('\n').ToList();
        var first = lines.FindIndex(IsExampleBackend);
        var count = lines.Skip(first).TakeWhile(IsExampleBackend).Count();
        lines.RemoveRange(first, count);
        lines.InsertRange(first, Endpoints.Select(e => $"      - {Scalar(e.ToString())}"));
        Replace(lines, ExampleCaFile, $"      caFile: {Scalar(CaFile)}");
        if (ControlPlaneEndpoint is { } endpoint)
        {
            Replace(lines, ExampleEndpoint, $"    controlPlaneEndpoint: {Scalar(endpoint.ToString())}");
        }

        if (Kubeconfig is { } kubeconfig)
        {
            Replace(lines, ExampleDiscovery, $"    discovery: {{ kubernetes: {{ kubeconfig: {Scalar(kubeconfig)}, source: endpoints }} }}");
        }

        return string.Join('\n', lines);
    }

    private static bool IsExampleBackend(string line) => line.StartsWith(ExampleBackend, StringComparison.Ordinal);

    private static void Replace(List<string> lines, string start, string replacement) =>
        lines[lines.FindIndex(l => l.StartsWith(start, StringComparison.Ordinal))] = replacement;

    /// <summary>A YAML scalar of one line; quoted unless it is plainly harmless.</summary>
    private static string Scalar(string text) =>
        text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_' or ':' or '=')
            ? text
            : $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
