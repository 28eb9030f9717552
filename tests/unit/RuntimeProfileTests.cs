using System.Text;
using ApiLb.Configuration;
using Xunit;

namespace ApiLb.UnitTests;

/// <summary>Which daemons start anew with profile-guided code.</summary>
public sealed class RuntimeProfileTests
{
    private const string File = "/etc/apilb/apilb.yaml";

    [Theory]
    [InlineData("tcp", false)]
    [InlineData("tls", false)]
    [InlineData("http", true)]
    public void WhatReadsRequests_Gains(string protocol, bool gains) => Assert.Equal(gains, RuntimeProfile.Gains(With(protocol), File, chosen: null));

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    public void WhoHasChosen_IsNotOverruled(string value) => Assert.False(RuntimeProfile.Gains(With("http"), File, value));

    [Fact]
    public void EmptyVariable_IsNoChoice() => Assert.True(RuntimeProfile.Gains(With("http"), File, ""));

    /// <summary>It would be empty the second time.</summary>
    [Theory]
    [InlineData("/dev/stdin")]
    [InlineData("/dev/fd/63")]
    public void ConfigurationFromAPipe_IsReadOnce(string path) => Assert.False(RuntimeProfile.Gains(With("http"), path, chosen: null));

    private static ApiLbOptions With(string protocol)
    {
        var text = $$"""
            listeners:
              first: { bind: 127.0.0.1:6443, protocol: tcp, pool: p }
              second: { bind: 127.0.0.1:8080, protocol: {{protocol}}, pool: p }
            pools:
              p: { backends: ["127.0.0.1:1"], health: { type: tcp } }
            """;
        var result = ConfigurationFile.Parse(File, Encoding.UTF8.GetBytes(text));
        Assert.True(result.IsValid, string.Join('\n', result.Errors));
        return result.Options;
    }
}
