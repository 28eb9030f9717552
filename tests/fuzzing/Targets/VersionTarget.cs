using System.Text;
using System.Text.Json;
using ApiLb.Probing;

namespace ApiLb.Fuzzing.Targets;

/// <summary>The answer to <c>/version</c>: a version that can stand in a label, or none; and where the JSON has one it is that.</summary>
internal sealed class VersionTarget : IFuzzTarget
{
    public string Name => "version";

    public IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. new[]
        {
            """{"major":"1","minor":"33","gitVersion":"v1.33.1","gitCommit":"8adc0f041b8e7ad1d30e29cc59c6ae7a15e19828","platform":"linux/amd64"}""",
            """{"major":"1","minor":"30","emulationMajor":"1","info":{"gitVersion":"no"},"gitVersion":"v1.30.2+k3s1"}""",
            """{"kind":"Status","apiVersion":"v1","status":"Failure","code":403}""",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    public IReadOnlyList<string> Fragments { get; } =
        ["\"gitVersion\":", "\"v1\"", "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u0067itVersion", "\\ud800", "null", "true", "1e400", "//", "\n", "\0", "é", "\ud83d\ude00"];

    public void Try(byte[] input)
    {
        var version = VersionAnswer.Parse(input);
        FuzzFailedException.Unless(version is null || (version.Length is > 0 and <= 64 && version.All(c => char.IsAsciiLetterOrDigit(c) || ".-+_".Contains(c, StringComparison.Ordinal))), $"version {version}", input);
        if (Expected(input) is { } expected)
        {
            FuzzFailedException.Unless(version == expected, $"version {version} instead of {expected}", input);
        }
    }

    /// <summary>Null where nothing is expected: it is no JSON, or has none or several.</summary>
    private static string? Expected(byte[] input)
    {
        try
        {
            using var document = JsonDocument.Parse(input);
            return document.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.EnumerateObject().Where(p => p.NameEquals("gitVersion")).ToArray() is [{ Value: { ValueKind: JsonValueKind.String } value }]
                && value.GetString() is { Length: > 0 and <= 64 } text && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '+' or '_') ? text : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
