using ApiLb.Admin.HaProxy;
using ApiLb.Backends;
using ApiLb.Health;
using ApiLb.Operators;
using ApiLb.Telemetry;
using ApiLb.UnitTests.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ApiLb.UnitTests.Admin.HaProxy;

/// <summary>The answers are those of HAProxy 2.6, read off a real one.</summary>
public sealed class RuntimeCommandsTests : IDisposable
{
    private readonly BackendPool _pool = Observed.Pool(TimeProvider.System, "a", "b");
    private readonly List<string> _closed = [];
    private readonly OperatorDesk _desk;
    private readonly RuntimeCommands _commands;

    public RuntimeCommandsTests()
    {
        _desk = new OperatorDesk([_pool], new OrderBook(null, NullLogger.Instance), TimeProvider.System, NullLogger<OperatorDesk>.Instance);
        var sources = new RuntimeSources
        {
            Pools = [_pool],
            Listeners = [],
            Lifetime = new ProcessLifetime(TimeProvider.System),
            MaxConnections = () => 1000,
            Reactors = 2,
            CanAccept = () => true,
            Operators = _desk,
            Kill = (backend, _) => _closed.Add(backend.Name),
        };
        _commands = new RuntimeCommands(sources, TimeProvider.System);
    }

    public void Dispose() => _desk.Dispose();

    [Theory]
    [InlineData("set server control-plane/a state drain", "Drain")]
    [InlineData("set server control-plane/a state maint", "Maint")]
    [InlineData("disable server control-plane/a", "Maint")]
    [InlineData("\tset   server control-plane/a state\tdrain ", "Drain")]
    public async Task ModeCommand_IsTheOperatorsWord(string command, string mode)
    {
        Assert.Equal("", await AskAsync(command));
        Assert.Equal((mode, "Ready"), ($"{_pool.At(0).Mode}", $"{_pool.At(1).Mode}"));

        Assert.Equal("", await AskAsync(command.Contains("disable", StringComparison.Ordinal) ? "enable server control-plane/a" : "set server control-plane/a state ready"));
        Assert.Equal(OperatorMode.Ready, _pool.At(0).Mode);
    }

    [Theory]
    [InlineData("set weight control-plane/a 7", 7)]
    [InlineData("set server control-plane/a weight 0", 0)]
    [InlineData("set server control-plane/a weight 256", 256)]
    [InlineData("set weight control-plane/a 300%", 3)]
    [InlineData("set weight control-plane/a 100000%", 256)]
    public async Task WeightCommand_IsNumberOrShareOfTheFirst(string command, int weight)
    {
        Assert.Equal("", await AskAsync(command));

        Assert.Equal((weight, 1), (_pool.At(0).Weight, _pool.At(1).Weight));
        Assert.Equal($"{weight} (initial 1)\n", await AskAsync("get weight control-plane/a"));
        Assert.Equal("", await AskAsync("set weight control-plane/a 100%"));
        Assert.Equal(1, _pool.At(0).Weight);
    }

    [Theory]
    [InlineData("set server control-plane/a state drain")]
    [InlineData("set server control-plane/a weight 7")]
    [InlineData("set weight control-plane/a 7")]
    [InlineData("disable server control-plane/a")]
    public async Task OrderDuringAHandover_IsRefusedAloudAndTakenWhenThatFailed(string command)
    {
        await _desk.HandOverAsync();

        Assert.Equal("another daemon is taking over just now: nothing was changed, say it again.\n", await AskAsync(command));
        Assert.Equal((OperatorMode.Ready, 1), (_pool.At(0).Mode, _pool.At(0).Weight));

        _desk.TakeBack();
        Assert.Equal("", await AskAsync(command));
        Assert.NotEqual((OperatorMode.Ready, 1), (_pool.At(0).Mode, _pool.At(0).Weight));
    }

    [Fact]
    public async Task Order_IsSigned()
    {
        await AskAsync("set server control-plane/a state drain");
        await AskAsync("set weight control-plane/a 3");

        Assert.Equal(("uid 0", "uid 0"), (_pool.At(0).ModeOrder.Terms?.By, _pool.At(0).WeightOrder?.Terms.By));
    }

    [Fact]
    public async Task ShutdownSessions_ClosesThoseOfTheServer()
    {
        Assert.Equal("", await AskAsync("shutdown sessions server control-plane/b"));

        Assert.Equal(["b"], _closed);
    }

    [Theory]
    [InlineData("set server", "Require 'backend/server'.\n")]
    [InlineData("set server a state drain", "Require 'backend/server'.\n")]
    [InlineData("set server / state drain", "Require 'backend/server'.\n")]
    [InlineData("set server control-plane/ state drain", "Require 'backend/server'.\n")]
    [InlineData("set server control-plane/a/b state drain", "Require 'backend/server'.\n")]
    [InlineData("set server control-plane/c state drain", "No such server.\n")]
    [InlineData("set server nowhere/a state drain", "No such server.\n")]
    [InlineData("set server CONTROL-PLANE/a state drain", "No such server.\n")]
    [InlineData("set server control-plane/a state", "'set server <srv> state' expects 'ready', 'drain' and 'maint'.\n")]
    [InlineData("set server control-plane/a state DRAIN", "'set server <srv> state' expects 'ready', 'drain' and 'maint'.\n")]
    [InlineData("set server control-plane/a", "usage: set server <backend>/<server> weight | state\n")]
    [InlineData("set server control-plane/a addr 1.2.3.4", "usage: set server <backend>/<server> weight | state\n")]
    [InlineData("set weight", "Require 'backend/server'.\n")]
    [InlineData("set weight control-plane/a", "Require <weight> or <weight%>.\n")]
    [InlineData("set weight control-plane/a x", "Require <weight> or <weight%>.\n")]
    [InlineData("set weight control-plane/a %", "Require <weight> or <weight%>.\n")]
    [InlineData("set weight control-plane/a 1.5", "Require <weight> or <weight%>.\n")]
    [InlineData("set weight control-plane/a 99999999999999999999", "Require <weight> or <weight%>.\n")]
    [InlineData("set weight control-plane/a 257", "Absolute weight can only be between 0 and 256 inclusive.\n")]
    [InlineData("set weight control-plane/a -1", "Absolute weight can only be between 0 and 256 inclusive.\n")]
    [InlineData("set weight control-plane/a -5%", "Relative weight must be positive.\n")]
    [InlineData("disable server", "Require 'backend/server'.\n")]
    [InlineData("enable server nowhere/x", "No such server.\n")]
    [InlineData("shutdown sessions server", "Require 'backend/server'.\n")]
    [InlineData("shutdown sessions server control-plane/c", "No such server.\n")]
    [InlineData("get weight x", "Require 'backend/server'.\n")]
    [InlineData("show servers state nope", "Can't find backend.\n")]
    [InlineData("show servers conn nope", "Can't find backend.\n")]
    [InlineData("show sess 0x1", "Session not found.\n")]
    [InlineData("shutdown session", "Session pointer expected (use 'show sess').\n")]
    [InlineData("shutdown session 17", "Session pointer expected (use 'show sess').\n")]
    [InlineData("shutdown session 0xffff", "No such session (use 'show sess').\n")]
    public async Task WrongCommand_GetsAnErrorAndChangesNothing(string command, string error)
    {
        Assert.Equal(error, await AskAsync(command));

        AssertUntouched();
    }

    [Theory]
    [InlineData("bogus")]
    [InlineData("set")]
    [InlineData("setserver control-plane/a state drain")]
    [InlineData("SET SERVER control-plane/a state drain")]
    [InlineData("disable frontend kube-apiserver")]
    [InlineData("shutdown sessions")]
    [InlineData("\u0001\u0002")]
    [InlineData("set server\u00a0control-plane/a state drain")]
    public async Task UnknownCommand_GetsTheListAndChangesNothing(string command)
    {
        var answer = await AskAsync(command);

        Assert.StartsWith("Unknown command.", answer, StringComparison.Ordinal);
        Assert.Contains("set server <bk>/<srv> [opts]", answer, StringComparison.Ordinal);
        AssertUntouched();
    }

    [Theory]
    [InlineData("set server control-plane/a state drain")]
    [InlineData("set weight control-plane/a 2")]
    [InlineData("disable server control-plane/a")]
    [InlineData("shutdown sessions server control-plane/a")]
    [InlineData("shutdown session 0x1")]
    public async Task ClientThatMayOnlyLook_ChangesNothing(string command)
    {
        var answer = await _commands.AnswerAsync(command, new RuntimeClient("uid 1000", "join the group apilb"), CancellationToken.None);

        Assert.Equal("Permission denied: join the group apilb\n", answer);

        AssertUntouched();
    }

    private Task<string> AskAsync(string command) => _commands.AnswerAsync(command, new RuntimeClient("uid 0", Refusal: null), CancellationToken.None);

    private void AssertUntouched()
    {
        Assert.All(_pool.Snapshot.Backends, b => Assert.Equal((OperatorMode.Ready, 1), (b.Mode, b.Weight)));
        Assert.Empty(_closed);
    }
}
