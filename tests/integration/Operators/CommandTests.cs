using ApiLb.Cli;
using ApiLb.IntegrationTests.Service;
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
        Assert.Contains("control-plane/cp1: still 1 connection left after 1s", errors, StringComparison.Ordinal);
    }

    /// <summary>Root without the right to open everything is as good as anybody.</summary>
    [Fact]
    public async Task SocketOfOthers_IsExplained()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can give a file away");
        await using var daemon = await OperatedDaemon.StartAsync();
        using (var chown = System.Diagnostics.Process.Start("chown", ["65534:65534", daemon.SocketPath]))
        {
            await chown.WaitForExitAsync();
        }

        await using var apilb = ApilbProcess.StartBy(["setpriv", "--bounding-set=-dac_override,-dac_read_search"], ["status", "--socket", daemon.SocketPath]);

        Assert.Equal(ExitCode.NoPermission, await apilb.ExitAsync());
        Assert.Equal(
            $"apilb status: no permission to open {daemon.SocketPath}. Use sudo, or join the socket's group: 'sudo usermod -aG apilb $USER', then log in again.",
            string.Join('\n', apilb.Errors));
    }

    [Fact]
    public async Task Pipe_HasNoColours()
    {
        await using var daemon = await OperatedDaemon.StartAsync();

        var (_, output, _) = await ApilbCommand.RunAsync($"status --socket {daemon.SocketPath}", ("TERM", "xterm-256color"));

        Assert.DoesNotContain('\u001b', output);
    }
}
