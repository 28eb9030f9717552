using System.Text;
using ApiLb.Probing;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ApiLb.UnitTests.Probing;

public sealed class VersionAnswerTests
{
    [Theory]
    [InlineData("""{"major":"1","minor":"20","gitVersion":"v1.20.2","gitCommit":"faecb1"}""", "v1.20.2")]
    [InlineData("""{"gitVersion":"v1.31.2+k3s1"}""", "v1.31.2+k3s1")]
    [InlineData("""{"gitVersion":"v1.30.5-eks-a_b","x":tru""", "v1.30.5-eks-a_b")]
    [InlineData("""{"inner":{"gitVersion":"v9.9.9"},"gitVersion":"v1.30.0"}""", "v1.30.0")]
    [InlineData("""{"gitVersion":"v1.31.2\n"}""", null)]
    [InlineData("""{"gitVersion":"v1 \"}"}""", null)]
    [InlineData("""{"gitVersion":""}""", null)]
    [InlineData("""{"gitVersion":12}""", null)]
    [InlineData("""{"gitVersion":"v1111111111111111111111111111111111111111111111111111111111111111"}""", null)]
    [InlineData("{\"gitVersion\":\"\\ud800\"}", null)]
    [InlineData("""["gitVersion","v1"]""", null)]
    [InlineData("""{"gitVersion":""", null)]
    [InlineData("<html>", null)]
    [InlineData("", null)]
    public void Answer_HasAVersionThatCanBeALabelOrNone(string body, string? version) =>
        Assert.Equal(version, VersionAnswer.Parse(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void AnyBytes_NeverThrow() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            byte[] body = [.. "{\"gitVersion\":\""u8, .. bytes];
            return VersionAnswer.Parse(bytes) is null or { Length: > 0 } && VersionAnswer.Parse(body) is null or { Length: > 0 };
        }).QuickCheckThrowOnFailure();
}
