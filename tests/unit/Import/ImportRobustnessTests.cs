using System.Text;
using ApiLb.Configuration;
using ApiLb.Import;
using Xunit;

namespace ApiLb.UnitTests.Import;

/// <summary>Whatever is in the file, the answer is a result, and what it makes passes <c>apilb check</c>. Damaged files: <c>Fuzzing/FuzzedParserTests</c>.</summary>
public sealed class ImportRobustnessTests
{
    [Theory]
    [InlineData("stream{", 50_000)]
    [InlineData("${A", 50_000)]
    [InlineData("listen a\nbind 0.0.0.0:1\nserver a b:1\n", 5_000)]
    [InlineData("tcp-request connection reject if { src 10.0.0.0/8 }\n", 10_000)]
    [InlineData("acl a src 10.0.0.1\n", 10_000)]
    [InlineData("\"", 99_999)]
    [InlineData("x ", 200_000)]
    [InlineData("}", 50_000)]
    [InlineData("frontend q\n use_backend y if ap\0i\n", 1)]
    [InlineData("global\n ca-base /a\u001bb\nlisten q\n bind *:2\n server s 10.0.0.2:1 check check-ssl verify required ca-file x\n", 1)]
    [InlineData("defaults d from e\u001b[2J\n frontend f from g\u001b[2J\n", 1)]
    public void Bomb_IsAnswered(string part, int times) =>
        AssertAnswered($"frontend x\n bind *:1\n default_backend y\n backend y\n server z 10.0.0.1:1\n{string.Concat(Enumerable.Repeat(part, times))}");

    [Fact]
    public void ControlCharacterInAWord_IsHarmlessInTheReasonToo() =>
        AssertAnswered("frontend x\n bind *:1\n use_backend y if is\0_b\nbackend y\n server z 10.0.0.1:1\n");

    [Theory]
    [InlineData("\u2028")]
    [InlineData("\u0085")]
    [InlineData("\f")]
    [InlineData("\r")]
    public void CommentWithALineBreakThatHaProxyDoesNotKnow_StaysAComment(string lineBreak)
    {
        var result = Run(ImportFormat.HaProxy, $"frontend x\n bind *:1\n # old:{lineBreak} default_backend gone\n default_backend y\nbackend y\n server z 10.0.0.1:1\n what is this\n");

        Assert.DoesNotContain("gone", result.Yaml, StringComparison.Ordinal);
        Assert.Equal(7, Assert.Single(result.LeftOut).Line);
    }

    [Theory]
    [InlineData("\u2028")]
    [InlineData("\u2029")]
    [InlineData("\uFEFF")]
    [InlineData("\\")]
    public void PathWithACharacterThatYamlReadsOtherwise_IsWrittenAsANumber(string character)
    {
        var text = $"global\n ca-base /a{character}b\nlisten q\n bind *:2\n server s 10.0.0.2:1 check check-ssl verify required ca-file x\n";

        AssertAnswered(text);
        var result = ConfigurationFile.Parse("apilb.yaml", Encoding.UTF8.GetBytes(Run(ImportFormat.HaProxy, text).Yaml!));

        Assert.Contains(character, Assert.Single(result.Options!.Pools).Health.CaFile, StringComparison.Ordinal);
    }

    private static void AssertAnswered(string text)
    {
        foreach (var format in Enum.GetValues<ImportFormat>())
        {
            var result = Run(format, text);
            if (result.Yaml is { } yaml)
            {
                var check = ConfigurationFile.Parse("apilb.yaml", Encoding.UTF8.GetBytes(yaml));
                Assert.True(check.IsValid, $"{string.Join('\n', ConfigurationReport.Lines(check))}\n{yaml}\n----\n{text}");
            }

            Assert.All(result.Notes, note => Assert.DoesNotContain(note.ToString(), char.IsControl));
        }
    }

    private static ImportResult Run(ImportFormat format, string text) =>
        ConfigurationImport.Run(format, new ImportSource("fuzz", text, "/etc/apilb/ca.crt", name => name == "A" ? "10.0.0.1 x" : null));
}
