using System.Text;
using ApiLb.Http;
using Xunit;

namespace ApiLb.UnitTests.Http;

public sealed class RepeatedHeaderTests
{
    [Fact]
    public void Values_BecomeLinesOfTheirOwn() =>
        Assert.Equal("v4\r\nX-Stream-Protocol-Version: v3\r\nX-Stream-Protocol-Version: v2", Written(RepeatedHeader.Join(["v4", "v3", "v2"])));

    [Fact]
    public void OneValue_StaysAsItIs() => Assert.Equal("v4", Written(RepeatedHeader.Join(["v4"])));

    /// <summary>Neither can come from a client: Kestrel refuses line breaks, and reads Latin-1.</summary>
    [Fact]
    public void WhatMustNotBeInAHeader_IsNotWritten() => Assert.Equal("a??b?", Written("a\r\nb\u2027"));

    [Theory]
    [InlineData("a")]
    [InlineData("a\u2028b\u2028\u2028")]
    public void Counts_AreThoseOfTheBytes(string text)
    {
        Assert.Equal(RepeatedHeader.StreamProtocol.GetBytes(text).Length, RepeatedHeader.StreamProtocol.GetByteCount(text));
        Assert.True(RepeatedHeader.StreamProtocol.GetMaxByteCount(text.Length) >= RepeatedHeader.StreamProtocol.GetByteCount(text));
    }

    private static string Written(string value) => Encoding.Latin1.GetString(RepeatedHeader.StreamProtocol.GetBytes(value));
}
