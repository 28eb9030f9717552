using ApiLb.Configuration;
using ApiLb.Configuration.Values;
using Xunit;

namespace ApiLb.UnitTests.Configuration;

public sealed class WordTests
{
    private static readonly string[] HealthKeys = ["type", "caFile", "path", "interval", "fastInterval", "timeout", "fall", "rise"];

    [Theory]
    [InlineData("cafile", "caFile")]
    [InlineData("ca_file", "caFile")]
    [InlineData("CA-FILE", "caFile")]
    [InlineData("intervall", "interval")]
    [InlineData("inetrval", "interval")]
    [InlineData("fal", "fall")]
    [InlineData("tiemout", "timeout")]
    [InlineData("timeouts", "timeout")]
    [InlineData("raise", "rise")]
    public void Misspelling_FindsTheWord(string word, string expected) => Assert.Equal(expected, NearestWord.Find(word, HealthKeys));

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("x")]
    [InlineData("cookie")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void UnlikeWord_FindsNothing(string word) => Assert.Null(NearestWord.Find(word, HealthKeys));

    [Fact]
    public void NoCandidates_FindNothing() => Assert.Null(NearestWord.Find("type", []));

    [Fact]
    public void EnumValues_AreSpeltWithDashes()
    {
        Assert.Equal(["least-connections", "round-robin", "random", "source-hash", "first"], Choice.Words<BalancePolicy>());
        Assert.Equal(["kube-apiserver", "http", "https", "tls", "tcp", "etcd"], Choice.Words<HealthCheckType>());
    }

    [Fact]
    public void EveryEnumWord_IsReadAsItsValue() =>
        Assert.All(Enum.GetValues<BalancePolicy>(), value =>
            Assert.True(Choice.Of<BalancePolicy>()(Choice.WordOf(value)).TryGet(out var read, out _) && read == value));

    [Theory]
    [InlineData("1", true)]
    [InlineData("100", true)]
    [InlineData("0", false)]
    [InlineData("101", false)]
    [InlineData("-5", false)]
    [InlineData("1.0", false)]
    [InlineData("0x1", false)]
    [InlineData(" 1", false)]
    [InlineData("99999999999999999999", false)]
    public void WholeNumber_KeepsItsRange(string text, bool isAllowed) =>
        Assert.Equal(isAllowed, WholeNumber.Between(1, 100)(text).TryGet(out _, out _));

    [Fact]
    public void LongText_IsShownShort() => Assert.Equal(85, Quoted.Of(new string('a', 5000)).Length);
}
