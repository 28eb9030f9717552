using System.Text.Json;
using ApiLb.Cli;
using Xunit;

namespace ApiLb.IntegrationTests.Operators;

/// <summary>Exit codes and messages of the commands, as scripts and people meet them.</summary>
public sealed class CommandTests
{
    [Theory]
    [InlineData("status")]
    [InlineData("connections")]
    [InlineData("events")]
    [InlineData("explain cp1")]
    [InlineData("drain cp1")]
    [InlineData("weight cp1 5")]
    [InlineData("rebalance control-plane")]
    public async Task NoDaemon_IsSaidByEveryCommand(string command)
    {
        var (exitCode, _, errors) = await ApilbCommand.RunAsync($"{command} --socket /nonexistent/admin.sock");

        Assert.Equal(ExitCode.NotRunning, exitCode);
        Assert.StartsWith($"apilb {command.Split(' ')[0]}: no daemon at /nonexistent/admin.sock: the socket does not exist. Start it with 'systemctl start apilb'", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("drain cp3", "apilb drain: no backend is named 'cp3' (did you mean cp1?); there are: control-plane/cp1, control-plane/cp2")]
    [InlineData("weight cp1 many", "apilb weight: weight: \"many\" is not a whole number; allowed: 0 to 256, or configured")]
    [InlineData("maint cp1 --for 0", "apilb maint: for: 0 is out of range; allowed: 1s to 8760h")]
    [InlineData("drain cp1 --grace soon", "--grace: \"soon\" is not a duration")]
    [InlineData("connections --sort size", "--sort: \"size\" is not one of the allowed values; use bytes, age or idle")]
    [InlineData("status -o xml", "--output: \"xml\" is not one of the allowed values; use table, json or csv")]
    [InlineData("top", "apilb top: needs a terminal; 'apilb status' prints once")]
    public async Task WrongCommand_IsExplained(string command, string expected)
    {
        await using var daemon = await OperatedDaemon.StartAsync();

        var (exitCode, output, errors) = await ApilbCommand.RunAsync($"{command} --socket {daemon.SocketPath}");

        Assert.Equal(ExitCode.Failure, exitCode);
        Assert.Contains(expected, output + errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WaitInVain_HasAnExitCodeOfItsOwn()
    {
        await using var daemon = await OperatedDaemon.StartAsync();
        using var client = await daemon.Running.ConnectAsync();
        await client.WhoAsync();

        var (exitCode, _, errors) = await ApilbCommand.RunAsync($"drain cp1 --grace 1h --wait --timeout 1s --socket {daemon.SocketPath}");

        Assert.Equal(ExitCode.WaitedInVain, exitCode);
        Assert.Contains("control-plane/cp1: still 1 connections left after 1s", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("connections")]
    [InlineData("events")]
    [InlineData("explain cp1")]
    [InlineData("drain cp1")]
    [InlineData("probe cp1")]
    public async Task Json_IsJson(string command)
    {
        await using var daemon = await OperatedDaemon.StartAsync();

        var (exitCode, output, _) = await ApilbCommand.RunAsync($"{command} -o json --socket {daemon.SocketPath}");

        Assert.Equal(0, exitCode);
        using var json = JsonDocument.Parse(output);
    }

    [Theory]
    [InlineData("status")]
    [InlineData("connections")]
    [InlineData("events")]
    public async Task Csv_HasTheSameNumberOfFieldsInEveryLine(string command)
    {
        await using var daemon = await OperatedDaemon.StartAsync();
        using var client = await daemon.Running.ConnectAsync();
        await client.WhoAsync();

        var (_, output, _) = await ApilbCommand.RunAsync($"{command} -o csv --socket {daemon.SocketPath}");

        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(lines.Length > 1, output);
        Assert.Single(lines.Select(l => l.Count(c => c == ',')).Distinct());
    }

    [Fact]
    public async Task Pipe_HasNoColours()
    {
        await using var daemon = await OperatedDaemon.StartAsync();

        var (_, output, _) = await ApilbCommand.RunAsync($"status --socket {daemon.SocketPath}", ("TERM", "xterm-256color"));

        Assert.DoesNotContain('\u001b', output);
    }
}
