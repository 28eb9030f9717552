using ApiLb.Import.HaProxy;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ApiLb.UnitTests.Import;

public sealed class HaProxyTokenizerTests
{
    [Theory]
    [InlineData("  server a 10.0.0.1:1  ", "server|a|10.0.0.1:1")]
    [InlineData("bind *:1 # comment", "bind|*:1")]
    [InlineData(@"a\ b c\#d \\ \' \""", @"a b|c#d|\|'|""")]
    [InlineData(@"x\x41y \xzz \q", @"xAy|\xzz|\q")]
    [InlineData(@"'a b#$X\' c", @"a b#$X\|c")]
    [InlineData(@"""a b#"" 'c''d'""e""", "a b#|cde")]
    [InlineData(@"""$X ${X} ${X}y"" $X", "value value valuey|$X")]
    [InlineData(@"""${NONE-else} \$X ${LIST[*]}z"" end", "else $X one|twoz|end")]
    [InlineData(@""""" ''", "|")]
    [InlineData("# all", "")]
    [InlineData("\ttabs\tbetween", "tabs|between")]
    public void Line_IsSplitAsHaProxyDoes(string line, string words) => Assert.Equal(words, string.Join('|', Split(line)!));

    [Theory]
    [InlineData("a 'b")]
    [InlineData("a \"b")]
    [InlineData("\"b\\\"")]
    public void OpenQuote_IsAnError(string line) => Assert.Null(Split(line));

    [Fact]
    public void StrongQuotes_KeepEverything() =>
        Prop.ForAll<NonNull<string>>(text =>
        {
            var word = string.Concat(text.Get.Where(c => c is not ('\'' or '\n' or '\r')));

            return Split($"'{word}'")![0] == word;
        }).QuickCheckThrowOnFailure();

    private static IReadOnlyList<string>? Split(string line)
    {
        var variables = new HaProxyVariables(name => name switch { "X" => "value", "LIST" => "one two", _ => null });
        return new HaProxyTokenizer(line, variables).Split().TryGet(out var words, out _) ? words : null;
    }
}
