using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Reload;
using Xunit;

namespace ApiLb.IntegrationTests.Upgrade;

/// <summary>Whatever goes wrong before the new daemon serves: the old one goes on, and nothing of the new one is left.</summary>
public sealed class FailedUpgradeTests : IAsyncDisposable
{
    private readonly NamedBackend _cp1 = new("cp1");
    private readonly Lineage _lineage;

    public FailedUpgradeTests() => _lineage = new Lineage(l => Text(l, _cp1.Port));

    public static TheoryData<string, string, string> Programs => new()
    {
        { "exit 0", "30s", "ended before it was ready" },
        { "exit 1", "30s", "ended before it was ready" },
        { "exec sleep 1000", "1s", "was not ready in time" },
    };

    public async ValueTask DisposeAsync()
    {
        await _lineage.DisposeAsync();
        await _cp1.DisposeAsync();
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task ProgramThatIsNoDaemon_IsGivenUp(string program, string timeout, string said)
    {
        using var old = await _lineage.StartAsync();
        await _lineage.WriteProgramAsync("other", $"#!/bin/sh\n{program}\n");

        await FailsAsync(old.Id, said, "--binary", _lineage.In("other"), "--timeout", timeout);
    }

    [Fact]
    public async Task ProgramThatIsNotThere_IsSaid()
    {
        using var old = await _lineage.StartAsync();

        await FailsAsync(old.Id, $"{_lineage.In("other")} cannot be started: ", "--binary", _lineage.In("other"));
    }

    [Fact]
    public async Task WrongConfiguration_IsSaid()
    {
        using var old = await _lineage.StartAsync();
        _lineage.Write(Text(_lineage, _cp1.Port) + "\nunheardOf: 1");

        await FailsAsync(old.Id, "the new daemon cannot start: ");
    }

    [Fact]
    public async Task AddressThatCannotBeHad_IsSaid()
    {
        using var old = await _lineage.StartAsync();
        _lineage.Write(Text(_lineage, _cp1.Port).Replace($"\"{_lineage.Listener}\"", $"[\"{_lineage.Listener}\", \"unix:/nonexistent/l.sock\"]", StringComparison.Ordinal));

        await FailsAsync(old.Id, "the new daemon cannot start: listeners.api.bind: /nonexistent/l.sock: ");
    }

    /// <summary>Its listeners and checks are there, but whom the old one reaches it does not.</summary>
    [Fact]
    public async Task DaemonThatReachesNoBackend_NeverTakesOver()
    {
        using var old = await _lineage.StartAsync();
        _lineage.Write(Text(_lineage, 1));

        await FailsAsync(old.Id, "it waited for a backend that takes clients in pool control-plane", "--timeout", "10s");
    }

    [Fact]
    public async Task StopMeanwhile_EndsBoth()
    {
        using var old = await _lineage.StartAsync();
        _lineage.Write(Text(_lineage, 1));
        var upgrade = _lineage.UpgradeAsync("--timeout", "60s");
        await Probing.Eventually.HoldsAsync(() => _lineage.Log.Contains("Upgrade: ", StringComparison.Ordinal), () => _lineage.Log);

        await Lineage.SignalAsync(old.Id, "TERM");

        await upgrade;
        Assert.Equal(0, await Lineage.ExitAsync(old));
        await _lineage.OnlyAsync();
    }

    private async Task FailsAsync(int old, string said, params string[] options)
    {
        await using ConnectionLoad load = new(_lineage.Listener, 50);
        using var held = await Client.ConnectAsync(_lineage.Listener);
        await held.WhoAsync();

        var (code, answer) = await _lineage.UpgradeAsync(options);

        await load.ServesAsync(50);
        await load.StopAsync();
        Assert.Equal(2, code);
        Assert.Contains(said, answer, StringComparison.Ordinal);
        Assert.EndsWith("Nothing was changed.", answer.TrimEnd(), StringComparison.Ordinal);
        Assert.Equal("cp1 still", await held.AskAsync("still"));
        Assert.Empty(load.Failures);
        Assert.Equal(old, (await _lineage.StatusAsync()).Pid);
        await _lineage.OnlyAsync(old);
    }

    private static string Text(Lineage lineage, int port) =>
        $$"""
        listeners:
          api: { bind: "{{lineage.Listener}}", protocol: tcp, pool: control-plane }
        pools:
          control-plane: { backends: ["cp1=127.0.0.1:{{port}}"], health: { type: tcp } }
        stateDirectory: none
        """;
}
