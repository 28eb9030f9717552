using System.Text.Json;
using Xunit;

namespace ApiLb.IntegrationTests.Service;

/// <summary>What <c>apilb validate</c> says, and with which exit code.</summary>
public sealed class ValidateCommandTests
{
    [Theory]
    [InlineData("--config", "/nonexistent/apilb.yaml", "name a kubeconfig with --kubeconfig")]
    [InlineData("--kubeconfig", "/nonexistent/kubeconfig", "/nonexistent/kubeconfig")]
    [InlineData("--during", "60", "60 has no unit; write 60s for seconds")]
    public async Task WhatCannotBeStarted_IsSaidAndExitsWithOne(string option, string value, string said)
    {
        await using var apilb = ApilbProcess.Start(["validate", option, value]);

        Assert.Equal(1, await apilb.ExitAsync());
        Assert.Contains(apilb.Errors, line => line.Contains(said, StringComparison.Ordinal));
    }

    [Fact]
    public async Task NobodyListening_IsAReportAndExitsWithTwo()
    {
        using Probing.ClusterCa ca = new();
        var configuration =
            $$"""
            listeners:
              api: { bind: 127.0.0.1:1, protocol: tls, pool: cp }
            pools:
              cp:
                backends: [cp1=127.0.0.1:2]
                health: { type: kube-apiserver, caFile: {{ca.File}} }
            """;
        using var file = ConfigurationOnDisk.Of(configuration);
        await using var apilb = ApilbProcess.Start(["validate", "--config", file.File, "--output", "json"]);

        Assert.Equal(2, await apilb.ExitAsync());
        using var report = JsonDocument.Parse(string.Join('\n', apilb.Output));
        Assert.False(report.RootElement.GetProperty("passed").GetBoolean());
        Assert.Equal("unreachable", report.RootElement.GetProperty("apiservers")[0].GetProperty("state").GetString());
    }
}
