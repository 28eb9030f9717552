using System.Net;
using System.Net.Sockets;
using System.Text;
using ApiLb.Admin;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Service;
using Xunit;

namespace ApiLb.IntegrationTests.Upgrade;

/// <summary>What changes hands.</summary>
public sealed class TakeoverTests : IAsyncDisposable
{
    private readonly NamedBackend _cp1 = new("cp1");
    private readonly NamedBackend _cp2 = new("cp2");
    private readonly Lineage _lineage;

    public TakeoverTests() => _lineage = new Lineage(Text);

    private IPEndPoint Passed => new(_lineage.Host, 7443);

    private UnixDomainSocketEndPoint Unix => new(_lineage.In("listener.sock"));

    public async ValueTask DisposeAsync()
    {
        await _lineage.DisposeAsync();
        await _cp1.DisposeAsync();
        await _cp2.DisposeAsync();
    }

    [Fact]
    public async Task ListenersOfEveryKind_ServeAfterTwoUpgrades()
    {
        using PassedSocket systemds = new(Passed);
        using var old = await _lineage.StartAsync(systemds.Launcher);
        var inodes = Inodes();

        await _lineage.UpgradedAsync();
        var pid = await _lineage.UpgradedAsync();

        await _lineage.OnlyAsync(pid);
        foreach (var listener in new EndPoint[] { _lineage.Listener, Passed, Unix })
        {
            using var client = await Client.ConnectAsync(listener);
            await client.WhoAsync();
        }

        Assert.Equal($"Pid: {pid}", (await AskHaproxyAsync("show info")).Split('\n').Single(l => l.StartsWith("Pid:", StringComparison.Ordinal)));
        Assert.Contains("apilb_predecessor_connections 0", await MetricsAsync(), StringComparison.Ordinal);
        Assert.Equal(inodes, Inodes());
    }

    /// <summary>What a daemon has bound goes with the last that has it; what systemd has bound stays.</summary>
    [Fact]
    public async Task StopAfterAnUpgrade_LeavesWhatIsSystemds()
    {
        using PassedSocket systemds = new(Passed);
        using var old = await _lineage.StartAsync(systemds.Launcher);
        var pid = await _lineage.UpgradedAsync();
        await _lineage.OnlyAsync(pid);

        await Lineage.SignalAsync(pid, "TERM");
        await _lineage.OnlyAsync();

        Assert.All([_lineage.AdminSocket, _lineage.HaproxySocket, Unix.ToString()], file => Assert.False(File.Exists(file), file));
        using var waiting = await Client.ConnectAsync(Passed);
        using var next = await _lineage.StartAsync(systemds.Launcher);
        await waiting.WhoAsync();
    }

    [Fact]
    public async Task ListenerThatIsConfiguredNoLonger_IsGone()
    {
        using var old = await _lineage.StartAsync();
        _lineage.Write(Text(_lineage).Replace($", \"unix:{Unix}\"", "", StringComparison.Ordinal));

        await _lineage.UpgradedAsync();

        Assert.False(File.Exists(Unix.ToString()));
        using var client = await Client.ConnectAsync(_lineage.Listener);
        await client.WhoAsync();
    }

    [Fact]
    public async Task Orders_GoOn()
    {
        using var old = await _lineage.StartAsync();
        await _lineage.PostAsync("/v1/drain?backend=cp1&for=1h");
        await _lineage.PostAsync("/v1/weight?backend=cp2&weight=7");

        await _lineage.UpgradedAsync();

        using var client = await Client.ConnectAsync(_lineage.Listener);
        Assert.Equal("cp2", await client.WhoAsync());
        var backends = await BackendsAsync();
        Assert.Equal(("drain", "uid 0", true), (backends[0].Mode, backends[0].ModeOrder?.By, backends[0].ModeOrder?.SecondsLeft > 3000));
        Assert.Equal(7, backends[1].Weight);
        await _lineage.PostAsync("/v1/ready?backend=cp1");
        Assert.Equal("ready", (await BackendsAsync())[0].Mode);
    }

    /// <summary>Two failures make the dead; the new daemon has seen one, and knows better.</summary>
    [Fact]
    public async Task Health_IsKnownFromTheFirstClientOn()
    {
        using var old = await _lineage.StartAsync();
        await _cp1.StopAsync();
        await Probing.Eventually.HoldsAsync(() => _lineage.Log.Contains("-> Dead", StringComparison.Ordinal), () => _lineage.Log);
        var before = (await BackendsAsync())[0];

        await _lineage.UpgradedAsync();

        var after = await _lineage.StatusAsync();
        var dead = after.Pools[0].Backends[0];
        Assert.Equal(("dead", before.Detail), (dead.Status, dead.Detail));
        Assert.True(dead.SinceSeconds > after.UptimeSeconds, $"dead for {dead.SinceSeconds} s, up for {after.UptimeSeconds} s");
        using var client = await Client.ConnectAsync(_lineage.Listener);
        Assert.Equal("cp2", await client.WhoAsync());
    }

    private async Task<IReadOnlyList<BackendStatus>> BackendsAsync() => (await _lineage.StatusAsync()).Pools[0].Backends;

    private async Task<string> MetricsAsync()
    {
        using HttpClient http = new();
        return await http.GetStringAsync(new Uri($"http://{_lineage.AdminListen}/metrics"));
    }

    private async Task<string> AskHaproxyAsync(string command)
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(_lineage.HaproxySocket));
        await socket.SendAsync(Encoding.UTF8.GetBytes(command + "\n"));
        await using NetworkStream stream = new(socket);
        using StreamReader reader = new(stream);
        return await reader.ReadToEndAsync();
    }

    /// <summary>Of the listening sockets: the same ones, not others at the same addresses.</summary>
    private string[] Inodes()
    {
        var tcp = File.ReadLines("/proc/net/tcp").Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(l => l[3] == "0A" && l[1].StartsWith(Convert.ToHexString([.. _lineage.Host.GetAddressBytes().Reverse()]), StringComparison.Ordinal)).Select(l => l[9]);
        var unix = File.ReadLines("/proc/net/unix").Where(l => l.Contains(Path.GetDirectoryName(_lineage.File)!, StringComparison.Ordinal) && l.Contains(" 00010000 ", StringComparison.Ordinal)).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[6]);
        string[] all = [.. tcp.Concat(unix).Order(StringComparer.Ordinal)];
        Assert.Equal(6, all.Length);
        return all;
    }

    private string Text(Lineage lineage) =>
        $$"""
        listeners:
          api: { bind: ["{{lineage.Listener}}", "unix:{{lineage.In("listener.sock")}}"], protocol: tcp, pool: control-plane }
          passed: { bind: "{{lineage.Host}}:7443", protocol: tcp, pool: control-plane }
        pools:
          control-plane:
            backends: ["cp1=127.0.0.1:{{_cp1.Port}}", "cp2=127.0.0.1:{{_cp2.Port}}"]
            health: { type: tcp, interval: 500ms, fastInterval: 100ms }
        stateDirectory: none
        """;
}
