using System.Text.RegularExpressions;
using ApiLb.Backends;
using ApiLb.Health;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Service;
using Xunit;

namespace ApiLb.IntegrationTests.Operators;

/// <summary>What an operator who knows HAProxy does every day, with one command each; docs/operations.md has the same list.</summary>
public sealed partial class DailyTasksTests
{
    private static readonly Dictionary<string, Func<OperatedDaemon, Client, string, Task>> Tasks = new(StringComparer.Ordinal)
    {
        ["apilb status"] = (_, _, output) => ContainsAsync(output, "control-plane  2/2 ready, first", "cp1", "total"),
        ["apilb status -o csv"] = (_, _, output) => ContainsAsync(output, "pool,backend,address,status,cause", "\ncontrol-plane,cp2,127.0.0.1:"),
        ["apilb explain cp1"] = (_, _, output) => ContainsAsync(output, "gets new  yes, with the other ready backends", "Last checks", "unknown -> ready"),
        ["apilb connections --sort idle"] = (_, client, output) => ContainsAsync(output, "CLIENT", $"{client.LocalEndPoint}"),
        ["apilb events"] = (_, _, output) => ContainsAsync(output, "state     control-plane/cp1  unknown -> ready"),
        ["apilb drain cp1 --grace 0 --wait"] = async (daemon, client, _) =>
        {
            Assert.Equal(ConnectionEnd.Reset, await client.EndAsync());
            Assert.Equal(["cp2"], await daemon.Running.ServersOfAsync(1));
        },
        ["apilb maint cp1 --for 2h"] = (daemon, _, _) =>
        {
            var order = daemon.Running.Backend("cp1").ModeOrder;
            Assert.Equal((OperatorMode.Maint, TimeSpan.FromHours(2)), (order.Mode, order.Terms?.Until - order.Terms?.At));
            return Task.CompletedTask;
        },
        ["apilb ready cp1 --wait"] = async (daemon, _, _) => Assert.Equal(["cp1"], await daemon.Running.ServersOfAsync(1)),
        ["apilb weight cp1 50"] = (daemon, _, _) =>
        {
            Assert.Equal(50, daemon.Running.Backend("cp1").Weight);
            return Task.CompletedTask;
        },
        ["apilb kill cp1 --pace 100"] = async (daemon, client, _) =>
        {
            Assert.Equal(ConnectionEnd.Reset, await client.EndAsync());
            await daemon.Running.ClosesReachAsync(CloseReason.Killed, 1);
        },
        ["apilb probe cp1"] = (_, _, output) => ContainsAsync(output, "control-plane/cp1: "),
    };

    public static TheoryData<string> Commands() => [.. Tasks.Keys];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Task_TakesOneCommand(string command)
    {
        await using var daemon = await OperatedDaemon.StartAsync();
        using var client = await daemon.Running.ConnectAsync();
        Assert.Equal("cp1", await client.WhoAsync());

        var (exitCode, output, errors) = await ApilbCommand.RunAsync($"{command["apilb ".Length..]} --socket {daemon.SocketPath}");

        Assert.True(exitCode == 0, $"{exitCode}: {errors}");
        await Tasks[command](daemon, client, output);
    }

    [Fact]
    public async Task Document_ListsTheSameCommands()
    {
        var document = await File.ReadAllTextAsync(RepositoryFile.PathTo("docs", "operations.md"));

        Assert.Equal(Tasks.Keys.Order(StringComparer.Ordinal), DailyTask().Matches(document).Select(m => m.Groups["command"].Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task FollowedEvents_ComeAsTheyHappen()
    {
        await using var daemon = await OperatedDaemon.StartAsync();
        await using var watching = ApilbProcess.Start(["events", "-w", "-o", "json", "--socket", daemon.SocketPath]);
        await Eventually(watching, "unknown -> ready");

        await daemon.OrderAsync("/v1/maint?backend=cp2");

        await Eventually(watching, "\"kind\":\"operator\",\"text\":\"maint by uid");
    }

    private static Task Eventually(ApilbProcess process, string part) => Probing.Eventually.HoldsAsync(
        () => process.Output.Any(l => l.Replace("\\u003E", ">", StringComparison.Ordinal).Contains(part, StringComparison.Ordinal)), () => $"no '{part}' in:\n{string.Join('\n', process.Output)}");

    private static Task ContainsAsync(string output, params string[] parts)
    {
        Assert.All(parts, part => Assert.Contains(part, output, StringComparison.Ordinal));
        return Task.CompletedTask;
    }

    /// <summary>A row of the table of daily tasks: what, with HAProxy, with ApiLb.</summary>
    [GeneratedRegex(@"^\| [^|]+ \| [^|]+ \| `(?<command>apilb [^`]+)` \|$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex DailyTask();
}
