using System.Diagnostics;
using System.Net;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using ApiLb.IntegrationTests.Reload;
using ApiLb.IntegrationTests.Service;
using Xunit;

namespace ApiLb.IntegrationTests.Upgrade;

/// <summary>One process of the built executable takes the place of another.</summary>
public sealed class UpgradeTests : IAsyncDisposable
{
    private readonly NamedBackend _cp1 = new("cp1");
    private readonly Lineage _lineage;

    public UpgradeTests() => _lineage = new Lineage(Text);

    public async ValueTask DisposeAsync()
    {
        await _lineage.DisposeAsync();
        await _cp1.DisposeAsync();
    }

    [Fact]
    public async Task UnderLoad_NobodyIsRefusedOrReset()
    {
        const int Watches = 500;
        using var old = await _lineage.StartAsync();
        await using ConnectionLoad load = new(_lineage.Listener, 200);
        var held = await HoldAsync(Watches);
        await load.ServesAsync(200);

        var pid = await _lineage.UpgradedAsync();
        await load.ServesAsync(400);
        var status = await _lineage.StatusAsync();
        foreach (var watch in held)
        {
            Assert.Equal("cp1 event", await watch.AskAsync("event"));
            watch.Dispose();
        }

        await load.StopAsync();
        Assert.Empty(load.Failures);
        Assert.NotEqual(old.Id, pid);
        Assert.Equal((old.Id, true), (Assert.Single(status.Predecessors).Pid, status.Predecessors[0].Connections >= Watches));
        Assert.Equal(0, await Lineage.ExitAsync(old));
        await PredecessorsAsync();
    }

    [Fact]
    public async Task SecondUpgrade_FollowsBothPredecessors()
    {
        using var first = await _lineage.StartAsync();
        using var oldest = await Client.ConnectAsync(_lineage.Listener);
        await oldest.WhoAsync();
        var second = await _lineage.UpgradedAsync();
        using var old = await Client.ConnectAsync(_lineage.Listener);
        await old.WhoAsync();

        var third = await _lineage.UpgradedAsync();

        await PredecessorsAsync(second, first.Id);
        Assert.Equal(["cp1 a", "cp1 b"], [await oldest.AskAsync("a"), await old.AskAsync("b")]);
        oldest.Dispose();
        await PredecessorsAsync(second);
        old.Dispose();
        await _lineage.OnlyAsync(third);
    }

    [Fact]
    public async Task Deadline_ClosesWhatIsLeft()
    {
        using var old = await _lineage.StartAsync();
        var held = await HoldAsync(50);

        await _lineage.UpgradedAsync("--deadline", "1s");

        foreach (var client in held)
        {
            Assert.Equal(ConnectionEnd.Reset, await client.EndAsync());
            client.Dispose();
        }

        Assert.Equal(0, await Lineage.ExitAsync(old));
    }

    [Fact]
    public async Task StopOfTheNewOne_GivesTheOldOneItsGraceToo()
    {
        _lineage.Write(Text(_lineage) + "\nshutdown: { grace: 1s }");
        using var old = await _lineage.StartAsync();
        using var held = await Client.ConnectAsync(_lineage.Listener);
        await held.WhoAsync();
        var pid = await _lineage.UpgradedAsync();

        await Lineage.SignalAsync(pid, "TERM");

        Assert.Equal(ConnectionEnd.Reset, await held.EndAsync());
        await _lineage.OnlyAsync();
        Assert.Equal(0, await Lineage.ExitAsync(old));
        Assert.False(File.Exists(_lineage.AdminSocket));
    }

    [Fact]
    public async Task Reload_IsTheNewOnesToDo()
    {
        await using NamedBackend cp2 = new("cp2");
        using var old = await _lineage.StartAsync();
        await _lineage.UpgradedAsync();
        _lineage.Write(Text(_lineage).Replace($"cp1=127.0.0.1:{_cp1.Port}", $"cp2=127.0.0.1:{cp2.Port}", StringComparison.Ordinal));

        await _lineage.PostAsync("/v1/reload");

        using var client = await Client.ConnectAsync(_lineage.Listener);
        Assert.Equal("cp2", await client.WhoAsync());
    }

    [Fact]
    public async Task Systemd_HearsTheNewMainProcessAndFromThenOnItAlone()
    {
        await using NotifySocket systemd = new();
        using var old = await _lineage.StartAsync(null, ("NOTIFY_SOCKET", systemd.Path), ("WATCHDOG_USEC", "200000"));
        using var held = await Client.ConnectAsync(_lineage.Listener);
        await held.WhoAsync();

        var pid = await _lineage.UpgradedAsync();

        await Eventually.HoldsAsync(() => AfterMain().Count(m => m == "WATCHDOG=1") >= 3, () => string.Join(" | ", systemd.Messages));
        await Lineage.SignalAsync(old.Id, "STOP");
        var alive = systemd.Messages.Count;
        await Eventually.HoldsAsync(() => systemd.Messages.Skip(alive).Contains("WATCHDOG=1"), () => string.Join(" | ", systemd.Messages));
        Assert.StartsWith("READY=1\n", AfterMain().First(m => m != "WATCHDOG=1"), StringComparison.Ordinal);

        IEnumerable<string> AfterMain() => systemd.Messages.SkipWhile(m => m != $"MAINPID={pid}").Skip(1);
    }

    [Fact]
    public async Task ParentOfTheNewOne_IsNotTheOldOne()
    {
        using var old = await _lineage.StartAsync();
        using var held = await Client.ConnectAsync(_lineage.Listener);
        await held.WhoAsync();

        var pid = await _lineage.UpgradedAsync();

        var parent = (await File.ReadAllLinesAsync($"/proc/{pid}/status")).Single(l => l.StartsWith("PPid:", StringComparison.Ordinal)).Split('\t')[1];
        Assert.NotEqual($"{old.Id}", parent);
        await _lineage.OnlyAsync(old.Id, pid);
    }

    internal static async Task<List<Client>> HoldAsync(EndPoint listener, int count)
    {
        List<Client> held = [];
        for (var i = 0; i < count; i++)
        {
            held.Add(await Client.ConnectAsync(listener));
            await held[^1].WhoAsync();
        }

        return held;
    }

    private Task<List<Client>> HoldAsync(int count) => HoldAsync(_lineage.Listener, count);

    private async Task PredecessorsAsync(params int[] pids)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var seen = (await _lineage.StatusAsync()).Predecessors;
            if (seen.Select(p => p.Pid).SequenceEqual(pids))
            {
                return;
            }

            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(15), string.Join(" | ", seen));
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    private string Text(Lineage lineage) =>
        $$"""
        listeners:
          api: { bind: "{{lineage.Listener}}", protocol: tcp, pool: control-plane }
        pools:
          control-plane: { backends: ["cp1=127.0.0.1:{{_cp1.Port}}"], health: { type: tcp } }
        stateDirectory: none
        """;
}
