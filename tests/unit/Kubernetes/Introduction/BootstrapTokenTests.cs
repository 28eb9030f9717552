using ApiLb.Kubernetes.Introduction;
using Xunit;

namespace ApiLb.UnitTests.Kubernetes.Introduction;

public sealed class BootstrapTokenTests
{
    [Fact]
    public void Token_HasAnIdThatIsNoSecret()
    {
        Assert.True(BootstrapToken.TryParse("abcdef.0123456789abcdef", out var token));

        Assert.Equal(("abcdef", "0123456789abcdef"), (token.Id, token.Secret));
        Assert.Equal("abcdef", token.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("abcdef")]
    [InlineData("abcdef.")]
    [InlineData("abcde.0123456789abcdef")]
    [InlineData("ABCDEF.0123456789abcdef")]
    [InlineData("abcdef.0123456789abcdef\n")]
    [InlineData("abcdef.0123456789abcdef0")]
    public void AnythingElse_IsNone(string text) => Assert.False(BootstrapToken.TryParse(text, out _));
}
