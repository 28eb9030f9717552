using System.Text;
using System.Text.RegularExpressions;
using ApiLb.Configuration;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Fuzzing.Targets;

/// <summary>
/// The configuration file. Whatever it holds is a result; each finding says where, in a place that the file has, and what; and what a
/// file says does not depend on how it is written: the same in JSON, which is YAML too, comes to the same.
/// </summary>
internal sealed partial class ConfigurationTarget : IFuzzTarget
{
    private const string File = "apilb.yaml";

    public string Name => "configuration";

    public IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. FuzzCorpus.Texts("*.yaml", "configs").Concat(FuzzCorpus.Texts("*.yaml", "tests", "unit", "Configuration", "Cases"))
            .Select(text => Encoding.UTF8.GetBytes(text.Split("=== expected ===")[0])),
    ];

    public IReadOnlyList<string> Fragments { get; } =
    [
        "\t", "\n", "  ", ":", ": ", "- ", "[", "]", "{", "}", "\"", "'", "*", "&a ", "*a", "!!int ", "|", ">", "#", "---\n", "...\n", "? ", "%", "@", "`",
        "\\", "\0", "\f", "\v", "\u0085", "\u2028", "\ufeff", "\u001b", "<<: ", "null", "~", "1e999", "-1", "0", ",", "\r", "\r\n", "\ud83d\ude00", "\\u001b", "\\ud800",
        "listeners", "pools", "backends", "health", "discovery", "etcd", "routes", "tls", "limits", "proxyProtocol", "kubernetes", "otlp", "http", "https",
        "\"\"", "path: \"\"", "[::1]:6443", "[::", "10.0.0.0/33", "unix:/", "*:6443", "a=b=c:1", "9999999999h", "1h1h", "999GiB", "https://", "..", "xn--", "é",
    ];

    public int Cost => 10;

    public void Try(byte[] input)
    {
        var result = ConfigurationFile.Parse(File, input);
        var lines = ConfigurationReport.Lines(result);
        FuzzFailedException.Unless(result.IsValid == (result.Errors.Count == 0), "neither valid nor wrong", input);
        FuzzFailedException.Unless(result.IsValid == (result.Options is not null), "valid without options, or the reverse", input);
        var last = input.AsSpan().Count((byte)'\n') + input.AsSpan().Count((byte)'\r') + Unusual().Count(Encoding.UTF8.GetString(input)) + 1;
        foreach (var finding in result.Errors.Concat(result.Warnings))
        {
            FuzzFailedException.Unless(finding.Line >= 1 && finding.Line <= last + 1, $"a place that the file of {last} lines does not have: {finding}", input);
        }

        foreach (var line in lines)
        {
            FuzzFailedException.Unless(Finding().IsMatch(line) && line.Length < 1000, $"does not say where and what: {line}", input);
            FuzzFailedException.Unless(!line.Any(char.IsControl), $"could control a terminal: {line}", input);
        }

        TryOtherwiseWritten(input, result);
    }

    private static void TryOtherwiseWritten(byte[] input, ConfigurationResult result)
    {
        var findings = new ConfigurationFindings(File);
        if (!ConfigurationText.Decode(input, int.MaxValue).TryGet(out var text, out _) || new YamlComposer(text, findings).Compose() is not { } root || findings.HasErrors)
        {
            return;
        }

        var otherwise = ConfigurationFile.Parse(File, Encoding.UTF8.GetBytes(YamlAsJson.Of(root)));
        FuzzFailedException.Unless(
            Words(result).SequenceEqual(Words(otherwise)), $"the same as JSON is: {string.Join("; ", Words(otherwise))}, instead of: {string.Join("; ", Words(result))}", input);
        if (result.Options is { } one && otherwise.Options is { } other)
        {
            FuzzFailedException.Unless(OptionsText.Of(one) == OptionsText.Of(other), "the same as JSON has other options", input);
        }
    }

    private static IEnumerable<string> Words(ConfigurationResult result) => result.Errors.Concat(result.Warnings).Select(f => $"{f.KeyPath}: {LineNumber().Replace(f.Message, "line N")}").Order(StringComparer.Ordinal);

    [GeneratedRegex(@"^apilb\.yaml:[1-9]\d*:[1-9]\d*: .*\w")]
    private static partial Regex Finding();

    [GeneratedRegex(@"line \d+(:\d+)?")]
    private static partial Regex LineNumber();

    /// <summary>YAML's other line breaks.</summary>
    [GeneratedRegex(@"[\u0085\u2028\u2029]")]
    private static partial Regex Unusual();
}
