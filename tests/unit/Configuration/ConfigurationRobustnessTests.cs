using System.Text;
using ApiLb.Configuration;
using ApiLb.Fuzzing;
using Xunit;

namespace ApiLb.UnitTests.Configuration;

/// <summary>Whatever is in the file, the answer is a result, and soon. Damaged files: <c>Fuzzing/FuzzedParserTests</c>.</summary>
public sealed class ConfigurationRobustnessTests
{
    // The largest files of the worst kind take up to half a second; a debug build whose processor is shared may need more.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(3);

    public static TheoryData<string, string> Bombs() => new()
    {
        { "lists in lists", new string('[', 10_000) },
        { "closed lists in lists", new string('[', 10_000) + new string(']', 10_000) },
        { "mappings in mappings", string.Concat(Enumerable.Repeat("{a: ", 10_000)) },
        { "block lists in lists", string.Concat(Enumerable.Repeat("- ", 10_000)) },
        { "explicit keys", string.Concat(Enumerable.Repeat("? ", 10_000)) },
        { "ladder", string.Concat(Enumerable.Range(0, 1_000).Select(depth => new string(' ', depth) + "a:\n")) },
        { "aliases", "a: &a [x, x]\n" + string.Concat(Enumerable.Range(0, 30).Select(n => $"b{n}: &b{n} [*a, *a, *a]\n")) },
        { "alias of itself", "a: &a [*a]\n" },
        { "long word", "listeners: " + new string('a', 900_000) },
        { "long key", new string('a', 900_000) + ": 1" },
        { "long quote", "listeners: \"" + new string('a', 900_000) },
        { "many lines of one word", "listeners:\n" + string.Concat(Enumerable.Repeat("  a\n", 200_000)) },
        { "many items", "pools: {a: {backends: [" + string.Concat(Enumerable.Repeat("x,", 400_000)) + "]}}" },
        { "many keys", string.Concat(Enumerable.Range(0, 50_000).Select(n => $"key-number-{n}: 1\n")) },
        { "many names", "listeners:\n" + Each(900, n => $"  l{n}: {{ pool: {new string('a', 30)}{n} }}\n") + "pools:\n" + Each(900, n => $"  {new string('b', 30)}{n}: {{}}\n") },
        { "more names than anybody has", "listeners:\n" + Each(8_000, n => $"  l{n}: {{ pool: {new string('a', 30)}{n} }}\n") + "pools:\n" + Each(8_000, n => $"  {new string('b', 30)}{n}: {{}}\n") },
        { "many addresses", "listeners:\n" + Each(60, n => $"  l{n}: {{ bind: [" + Each(900, m => $"10.1.{m / 256}.{m % 256}:{n + 1},") + "] }\n") },
        { "many backends", "pools:\n" + Each(60, n => $"  p{n}: {{ backends: [" + Each(900, m => $"10.1.{m / 256}.{m % 256}:{n + 1},") + "] }\n") },
        { "many empty lines", new string('\n', 1_000_000) },
        { "open brackets on lines", string.Concat(Enumerable.Repeat("[\n", 100_000)) },
        { "colons", new string(':', 500_000) },
        { "quotes", new string('"', 500_001) },
        { "block text", "listeners: |\n" + string.Concat(Enumerable.Repeat("  x\n", 200_000)) },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public void Bomb_IsRefusedSoon(string name, string yaml)
    {
        var result = AssertAnswered(Encoding.UTF8.GetBytes(yaml));

        Assert.False(result.IsValid, name);
    }

    private static string Each(int count, Func<int, string> text) => string.Concat(Enumerable.Range(0, count).Select(text));

    private static ConfigurationResult AssertAnswered(byte[] content)
    {
        var before = ThreadTime.Used;
        var result = ConfigurationFile.Parse("apilb.yaml", content);
        var lines = ConfigurationReport.Lines(result);
        var used = ThreadTime.Used - before;

        Assert.Equal(result.IsValid, result.Errors.Count == 0);
        Assert.All(lines, line => Assert.StartsWith("apilb.yaml:", line, StringComparison.Ordinal));
        Assert.All(lines, line => Assert.DoesNotContain(line, char.IsControl));
        Assert.InRange(used, TimeSpan.Zero, Soon);
        return result;
    }
}
