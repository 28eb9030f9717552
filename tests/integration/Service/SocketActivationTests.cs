using System.Net;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Reload;
using Xunit;

namespace ApiLb.IntegrationTests.Service;

/// <summary>Listening sockets that another process holds, so that clients wait while the daemon is away.</summary>
public sealed class SocketActivationTests : IAsyncDisposable
{
    private static int _tests;

    /// <summary>An address of its own for each test.</summary>
    private readonly IPAddress _host = new([127, 71, 1, (byte)Interlocked.Increment(ref _tests)]);
    private readonly NamedBackend _cp1 = new("cp1");
    private readonly ConfigurationOnDisk _configuration;

    public SocketActivationTests() => _configuration = ConfigurationOnDisk.In(folder =>
        $$"""
        listeners:
          api: { bind: "{{Listener}}", protocol: tcp, pool: control-plane }
        pools:
          control-plane: { backends: ["cp1=127.0.0.1:{{_cp1.Port}}"], health: { type: tcp } }
        admin: { socket: {{folder}}/admin.sock, listen: none }
        shutdown: { grace: 10s }
        transport: { reactors: 1 }
        """);

    private IPEndPoint Listener => new(_host, 6443);

    private IPEndPoint Stranger => new(_host, 7443);

    private string[] Run => ["run", "--config", _configuration.File];

    public async ValueTask DisposeAsync()
    {
        await _cp1.DisposeAsync();
        _configuration.Dispose();
    }

    [Fact]
    public async Task SystemdsOwnLauncher_PassesTheListenerAndAStrangerIsClosed()
    {
        string[] launcher = ["systemd-socket-activate", "-E", "DOTNET_ROOT", "-l", Listener.ToString(), "-l", Stranger.ToString()];
        await using var apilb = ApilbProcess.StartBy(launcher, Run);
        await apilb.SaysAsync("Listening on");

        using var client = await Client.ConnectAsync(Listener);

        Assert.Equal("cp1", await client.WhoAsync());
        await apilb.SaysAsync($"Inherited socket {Stranger}: no listener of the configuration has this address");
    }

    /// <summary>It starts itself anew before it takes the socket (RuntimeProfile).</summary>
    [Fact]
    public async Task HttpListener_TakesTheSocketToo()
    {
        _configuration.Replace("protocol: tcp", "protocol: http");
        using PassedSocket socket = new(Listener);
        using var client = await Client.ConnectAsync(Listener);
        await using var apilb = ApilbProcess.StartBy(socket.Launcher, Run);

        Assert.StartsWith("HTTP/1.1 400 ", await client.AskAsync("GET / HTTP/1.1\r\n\r"), StringComparison.Ordinal);
        Assert.Contains("DOTNET_TieredPGO=1", await File.ReadAllTextAsync($"/proc/{apilb.Id}/environ"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RestartUnderLoad_NobodyNotices()
    {
        using PassedSocket socket = new(Listener);
        await using ConnectionLoad load = new(Listener, 200);

        for (var i = 0; i < 3; i++)
        {
            await using var apilb = ApilbProcess.StartBy(socket.Launcher, Run);
            await apilb.SaysAsync("is ready");
            await load.ServesAsync(200);
            await apilb.SignalAsync("TERM");
            Assert.Equal(0, await apilb.ExitAsync());
        }

        await using var last = ApilbProcess.StartBy(socket.Launcher, Run);
        await load.ServesAsync(200);
        await load.StopAsync();
        Assert.Empty(load.Failures);
    }

    [Fact]
    public async Task ClientsWhileTheDaemonIsDead_WaitForTheNext()
    {
        using PassedSocket socket = new(Listener);
        await using (var killed = ApilbProcess.StartBy(socket.Launcher, Run))
        {
            await killed.SaysAsync("is ready");
            await killed.SignalAsync("KILL");
            await killed.ExitAsync();
        }

        using var client = await Client.ConnectAsync(Listener);
        await using var next = ApilbProcess.StartBy(socket.Launcher, Run);

        Assert.Equal("cp1", await client.WhoAsync());
    }
}
