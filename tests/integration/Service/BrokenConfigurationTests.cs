using System.Text.Json;
using Xunit;

namespace ApiLb.IntegrationTests.Service;

/// <summary>What <c>apilb run</c> and <c>apilb check</c> say about configurations.</summary>
public sealed class BrokenConfigurationTests
{
    private const string Broken =
        """
        listeners:
          api:
            bind: 127.0.0.1:99999
            protocol: tpc
            pool: control-plane
        pools:
          control-plane:
            balanse: random
            backends: ["cp1=127.0.0.1:6443"]
            health: { type: tcp }
        """;

    [Theory]
    [InlineData("run", 78)]
    [InlineData("check", 1)]
    public async Task BrokenFile_TellsEveryErrorInItsExitCodeToo(string command, int exitCode)
    {
        using var configuration = ConfigurationOnDisk.Of(Broken);
        var started = TimeProvider.System.GetTimestamp();
        await using var apilb = ApilbProcess.Start([command, "--config", configuration.File]);

        Assert.Equal(exitCode, await apilb.ExitAsync());

        // One second is promised; a busy test machine gets more.
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(10));
        string[] positions = [":3:11: listeners.api.bind: ", ":4:15: listeners.api.protocol: ", ":8:5: pools.control-plane.balanse: "];
        Assert.All(positions, position => Assert.Single(apilb.Errors, line => line.StartsWith(configuration.File + position, StringComparison.Ordinal)));
        Assert.Equal(positions.Length, apilb.Errors.Count);
    }

    [Theory]
    [InlineData("run", 78)]
    [InlineData("check", 1)]
    public async Task MissingFile_IsSaidWithItsName(string command, int exitCode)
    {
        await using var apilb = ApilbProcess.Start([command, "--config", "/nonexistent/apilb.yaml"]);

        Assert.Equal(exitCode, await apilb.ExitAsync());
        Assert.Contains("/nonexistent/apilb.yaml", Assert.Single(apilb.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task GoodFile_IsOk()
    {
        using var configuration = ConfigurationOnDisk.For(6443);
        await using var apilb = ApilbProcess.Start(["check", "--config", configuration.File]);

        Assert.Equal(0, await apilb.ExitAsync());
        Assert.Equal($"{configuration.File}: OK: 1 listener, 1 pool, 1 backend", Assert.Single(apilb.Output));
    }

    [Fact]
    public async Task JsonLog_HasEveryFindingAsJson()
    {
        using var configuration = ConfigurationOnDisk.Of(Broken + "\n  unused:\n    backends: [\"10.0.0.11:6443\"]\n    health: { type: tcp, path: /x }\n");
        await using var apilb = ApilbProcess.Start(["run", "--log-format", "json", "--config", configuration.File]);

        Assert.Equal(78, await apilb.ExitAsync());
        var levels = apilb.Errors.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("LogLevel").GetString()).ToArray();
        Assert.Equal(["Error", "Error", "Error"], levels.Take(3));
        Assert.NotEmpty(levels.Skip(3));
        Assert.All(levels.Skip(3), level => Assert.Equal("Warning", level));
    }

    [Theory]
    [InlineData("run", "--confg", "x")]
    [InlineData("rnu")]
    public async Task WrongArguments_ExitWithOne(params string[] arguments)
    {
        await using var apilb = ApilbProcess.Start(arguments);

        Assert.Equal(1, await apilb.ExitAsync());
        Assert.NotEmpty(apilb.Errors);
    }
}
