using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.Service;

/// <summary><c>apilb run</c> as systemd sees it: signals, exit codes, sd_notify, log lines.</summary>
public sealed class RunProcessTests : IAsyncDisposable
{
    private readonly NamedBackend _cp1 = new("cp1");
    private readonly ConfigurationOnDisk _configuration;

    public RunProcessTests() => _configuration = ConfigurationOnDisk.For(_cp1.Port);

    private string[] Run => ["run", "--config", _configuration.File];

    public async ValueTask DisposeAsync()
    {
        await _cp1.DisposeAsync();
        _configuration.Dispose();
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task StopSignal_EndsInOrder(string signal)
    {
        await using var apilb = ApilbProcess.Start(Run);
        await apilb.SaysAsync("is ready: 1/1 backends ready");
        using (var client = await Client.ConnectAsync(_configuration.Listener))
        {
            Assert.Equal("cp1", await client.WhoAsync());
        }

        await apilb.SignalAsync(signal);

        Assert.Equal(0, await apilb.ExitAsync());
        await apilb.SaysAsync("Stopped.");
        Assert.Empty(apilb.Output);
        Assert.False(File.Exists(_configuration.Listener.ToString()));
    }

    [Fact]
    public async Task OpenConnection_OutlivesTheFirstSignalAndNotTheSecond()
    {
        await using var apilb = ApilbProcess.Start(Run);
        await apilb.SaysAsync("is ready");
        using var client = await Client.ConnectAsync(_configuration.Listener);
        await client.WhoAsync();

        await apilb.SignalAsync("TERM");
        await apilb.SaysAsync("Stopping");
        Assert.Equal("cp1 still there", await client.AskAsync("still there"));

        await apilb.SignalAsync("TERM");
        Assert.Equal(0, await apilb.ExitAsync());
    }

    [Fact]
    public async Task StopBeforeTheFirstChecksEnd_IsAsOrderlyAsAnyOther()
    {
        using TcpListener silent = new(IPAddress.Loopback, 0);
        silent.Start();
        _configuration.Replace("pools:\n", $"pools:\n  silent: {{ backends: [\"{silent.LocalEndpoint}\"], health: {{ type: http, interval: 1m, timeout: 1m }} }}\n");
        await using var apilb = ApilbProcess.Start(Run);
        await apilb.SaysAsync("cp1 Unknown -> Ready");
        using var client = await Client.ConnectAsync(_configuration.Listener);
        Assert.Equal("cp1", await client.WhoAsync());

        await apilb.SignalAsync("TERM");
        await apilb.SaysAsync("Stopping");
        Assert.Equal("cp1 still there", await client.AskAsync("still there"));

        await apilb.SignalAsync("TERM");
        Assert.Equal(0, await apilb.ExitAsync());
        Assert.DoesNotContain(apilb.Errors, line => line.Contains("is ready", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Systemd_IsToldReadyAliveAndStopping()
    {
        await using NotifySocket systemd = new();
        await using var apilb = ApilbProcess.Start(Run, ("NOTIFY_SOCKET", systemd.Path), ("WATCHDOG_USEC", "200000"));
        await Eventually.HoldsAsync(() => systemd.Messages.Count(m => m == "WATCHDOG=1") >= 3, () => string.Join(" | ", systemd.Messages));

        await apilb.SignalAsync("TERM");
        Assert.Equal(0, await apilb.ExitAsync());

        await Eventually.HoldsAsync(() => systemd.First("STOPPING=1").Length > 0, () => string.Join(" | ", systemd.Messages));
        Assert.Equal("READY=1\nSTATUS=1/1 backends ready, 0 connections", systemd.Messages.First());
        Assert.StartsWith("STOPPING=1\nSTATUS=stopping", systemd.First("STOPPING=1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task JsonLog_IsOneObjectPerLine()
    {
        await using var apilb = ApilbProcess.Start([.. Run, "--log-format", "json"]);
        await apilb.SaysAsync("is ready");
        await apilb.SignalAsync("TERM");
        await apilb.ExitAsync();

        Assert.NotEmpty(apilb.Errors);
        Assert.All(apilb.Errors, line =>
        {
            using var entry = JsonDocument.Parse(line);
            Assert.Equal(JsonValueKind.String, entry.RootElement.GetProperty("Message").ValueKind);
        });
    }

    [Fact]
    public async Task DaemonThatIsRunningAlready_IsSaidAndNotDisturbed()
    {
        await using var first = ApilbProcess.Start(Run);
        await first.SaysAsync("is ready");

        await using var second = ApilbProcess.Start(Run);

        Assert.Equal(1, await second.ExitAsync());
        await second.SaysAsync("Cannot start: ");
        using var client = await Client.ConnectAsync(_configuration.Listener);
        Assert.Equal("cp1", await client.WhoAsync());
    }

    [Fact]
    public async Task DaemonThatWasKilled_IsNoObstacle()
    {
        await using (var killed = ApilbProcess.Start(Run))
        {
            await killed.SaysAsync("is ready");
            await killed.SignalAsync("KILL");
            await killed.ExitAsync();
        }

        await using var apilb = ApilbProcess.Start(Run);

        await apilb.SaysAsync("is ready");
    }
}
