using ApiLb.Kubernetes.Introduction;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ApiLb.UnitTests.Kubernetes.Introduction;

public sealed class DetachedSignatureTests
{
    private const string Content = "apiVersion: v1\n";

    /// <summary>Header {"alg":"HS256","kid":"abcdef"}; made by <c>openssl dgst -sha256 -hmac 0123456789abcdef</c>.</summary>
    private const string Good = "eyJhbGciOiJIUzI1NiIsImtpZCI6ImFiY2RlZiJ9..K1chermAQEq0rdqy-ehj0VDfmA_ytv8Wzh9g26FldrE";

    private static readonly BootstrapToken Token = TokenOf("abcdef.0123456789abcdef");

    [Fact]
    public void SignatureByTheToken_IsValid() => Assert.True(DetachedSignature.IsValid(Good, Content, Token));

    [Fact]
    public void SignatureOfOtherContent_IsNot() => Assert.False(DetachedSignature.IsValid(Good, Content + " ", Token));

    [Fact]
    public void SignatureByAnotherSecret_IsNot() => Assert.False(DetachedSignature.IsValid(Good, Content, TokenOf("abcdef.0123456789abcdeg")));

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("eyJhbGciOiJIUzI1NiIsImtpZCI6ImFiY2RlZiJ9..")]
    [InlineData("eyJhbGciOiJub25lIn0..")]
    [InlineData("a.b.c")]
    [InlineData("a..b.c")]
    public void WhatIsNoSignature_IsNotValid(string signature) => Assert.False(DetachedSignature.IsValid(signature, Content, Token));

    [Fact]
    public void NoText_IsASignatureOrABug() =>
        Prop.ForAll<string?, string?>((signature, content) => !DetachedSignature.IsValid(signature ?? "", content ?? "", Token)).QuickCheckThrowOnFailure();

    private static BootstrapToken TokenOf(string text) => BootstrapToken.TryParse(text, out var token) ? token : throw new ArgumentException("no token", nameof(text));
}
