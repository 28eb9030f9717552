using System.Text;
using ApiLb.Configuration;
using ApiLb.Import;
using ApiLb.UnitTests.Configuration;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ApiLb.UnitTests.Import;

/// <summary>Whatever is in the file, the answer is a result, and what it makes passes <c>apilb check</c>.</summary>
public sealed class ImportRobustnessTests
{
    private static readonly string[] Files =
        [.. Directory.EnumerateFiles(RepositoryFolder.PathTo("tests", "unit", "Import", "Cases")).Where(f => !f.EndsWith(".yaml", StringComparison.Ordinal)).Select(File.ReadAllText)];

    private static readonly string[] Fragments =
    [
        "\"", "'", "\\", "\\x", "${", "${A[*]}", "$A", "}", "{", "#", ";", "\n", "\t", " ", ":", "::", "[", "]", "/", "@", "-", ",", "0", "99999999999", "-1", "\0", "\u2028",
        "\u001b", "no ", "unless ", "if ", "|| ", "!", "src ", "0.0.0.0/0 ", "::/0 ", "1.2.3.4/33 ", "*:0 ", "*:6443 ", "frontend ", "backend ", "listen ", "defaults ", "from ",
        "global\n", ".if\n", ".endif\n", "server ", "bind ", "default_backend ", "24d ", "2147483647 ", "é", "\ud83d\ude00", "\ud83d",
    ];

    [Fact]
    public void MutatedFile_BecomesSomethingThatPassesCheck() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000), Prop.ForAll(MutatedText.Of(Files, Fragments, edits: 8).ToArbitrary(), AssertAnswered));

    [Fact]
    public void AnyText_IsAnswered() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll<string>(text => AssertAnswered(text ?? "")));

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

    private static void AssertAnswered(string text)
    {
        foreach (var format in Enum.GetValues<ImportFormat>())
        {
            var result = ConfigurationImport.Run(format, new ImportSource("fuzz", text, "/etc/apilb/ca.crt", name => name == "A" ? "10.0.0.1 x" : null));
            if (result.Yaml is { } yaml)
            {
                var check = ConfigurationFile.Parse("apilb.yaml", Encoding.UTF8.GetBytes(yaml));
                Assert.True(check.IsValid, $"{string.Join('\n', ConfigurationReport.Lines(check))}\n{yaml}\n----\n{text}");
            }

            Assert.All(result.Notes, note => Assert.DoesNotContain(note.ToString(), char.IsControl));
        }
    }
}
