using System.Globalization;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.Service;

/// <summary>Reloading as an operator and systemd see it: signal, command, exit code, log, sd_notify.</summary>
public sealed class ReloadProcessTests : IAsyncDisposable
{
    private readonly NamedBackend _cp1 = new("cp1");
    private readonly NamedBackend _cp2 = new("cp2");
    private readonly ConfigurationOnDisk _configuration;

    public ReloadProcessTests() => _configuration = ConfigurationOnDisk.For(_cp1.Port);

    private string[] Run => ["run", "--config", _configuration.File];

    public async ValueTask DisposeAsync()
    {
        await _cp1.DisposeAsync();
        await _cp2.DisposeAsync();
        _configuration.Dispose();
    }

    [Fact]
    public async Task HangUp_AppliesTheFile()
    {
        await using var apilb = ApilbProcess.Start(Run);
        await apilb.SaysAsync("is ready");
        _configuration.Replace($"cp1=127.0.0.1:{_cp1.Port}", $"cp2=127.0.0.1:{_cp2.Port}");

        await apilb.SignalAsync("HUP");

        await apilb.SaysAsync($"pools.control-plane.backends.cp2: added (127.0.0.1:{_cp2.Port})");
        await apilb.SaysAsync("Configuration read again: 2 changes applied.");
        using var client = await Client.ConnectAsync(_configuration.Listener);
        Assert.Equal("cp2", await client.WhoAsync());
    }

    [Fact]
    public async Task Command_AppliesTheFileAndWaits()
    {
        await using var apilb = ApilbProcess.Start(Run);
        await apilb.SaysAsync("is ready");
        _configuration.Replace($"cp1=127.0.0.1:{_cp1.Port}", $"cp2=127.0.0.1:{_cp2.Port}");

        var (code, output, _) = await ReloadAsync();

        Assert.Equal((0, "2 changes applied."), (code, output[^1]));
        using var client = await Client.ConnectAsync(_configuration.Listener);
        Assert.Equal("cp2", await client.WhoAsync());
    }

    [Fact]
    public async Task DryRun_TellsAndChangesNothing()
    {
        await using var apilb = ApilbProcess.Start(Run);
        await apilb.SaysAsync("is ready");
        using var client = await Client.ConnectAsync(_configuration.Listener);
        await client.WhoAsync();
        _configuration.Replace($"cp1=127.0.0.1:{_cp1.Port}", $"cp2=127.0.0.1:{_cp2.Port}");

        var (code, output, _) = await ReloadAsync("--dry-run");

        Assert.Equal(0, code);
        Assert.Equal(
            [
                $"  pools.control-plane.backends.cp1: removed (127.0.0.1:{_cp1.Port}): its 1 connection may finish within 70 s",
                $"  pools.control-plane.backends.cp2: added (127.0.0.1:{_cp2.Port})",
                "a reload would apply 2 changes.",
            ],
            output);
        using var next = await Client.ConnectAsync(_configuration.Listener);
        Assert.Equal("cp1", await next.WhoAsync());
    }

    [Fact]
    public async Task FileWithErrors_IsSaidEverywhereAndChangesNothing()
    {
        await using NotifySocket systemd = new();
        await using var apilb = ApilbProcess.Start(Run, ("NOTIFY_SOCKET", systemd.Path));
        await apilb.SaysAsync("is ready");
        _configuration.Replace("health: { type: tcp }", "health: { type: tpc }\n    weigth: 3");

        var (code, _, errors) = await ReloadAsync();

        Assert.Equal(1, code);
        Assert.Contains(errors, e => e.Contains("pools.control-plane.health.type", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.Contains("pools.control-plane.weigth", StringComparison.Ordinal));
        await apilb.SaysAsync("did you mean");
        await apilb.SaysAsync("Reload failed: ");
        await Eventually.HoldsAsync(
            () => systemd.Messages.Any(m => m.StartsWith("READY=1", StringComparison.Ordinal) && m.Contains("the last reload FAILED", StringComparison.Ordinal)),
            () => string.Join(" | ", systemd.Messages));
        using var client = await Client.ConnectAsync(_configuration.Listener);
        Assert.Equal("cp1", await client.WhoAsync());
    }

    [Fact]
    public async Task Systemd_IsToldReloadingAndThenReady()
    {
        await using NotifySocket systemd = new();
        await using var apilb = ApilbProcess.Start(Run, ("NOTIFY_SOCKET", systemd.Path));
        await Eventually.HoldsAsync(() => systemd.First("READY=1").Length > 0, () => "not ready");
        var before = TimeProvider.System.GetTimestamp();

        await apilb.SignalAsync("HUP");
        await apilb.SaysAsync("nothing to apply");

        await Eventually.HoldsAsync(() => systemd.Messages.Count(m => m.StartsWith("READY=1", StringComparison.Ordinal)) == 2, () => string.Join(" | ", systemd.Messages));
        var reloading = systemd.First("RELOADING=1").Split('\n');
        var micros = long.Parse(reloading[1].Split('=')[1], CultureInfo.InvariantCulture);
        Assert.True(micros >= before / (TimeProvider.System.TimestampFrequency / 1_000_000), $"{reloading[1]} lies before the signal");
        Assert.True(systemd.Messages.ToList().FindIndex(m => m.StartsWith("RELOADING=1", StringComparison.Ordinal)) < systemd.Messages.Count - 1, "READY should be last");
    }

    [Fact]
    public async Task FileThatTheConfigurationNames_CountsByItsContent()
    {
        using ClusterCa ca = new();
        using ClusterCa another = new();
        var copy = Path.Combine(Path.GetDirectoryName(_configuration.File)!, "ca.crt");
        File.Copy(ca.File, copy);
        _configuration.Replace("health: { type: tcp }", $"health: {{ type: tls, caFile: {copy} }}");
        await using var apilb = ApilbProcess.Start(Run);
        await apilb.SaysAsync("is ready");
        Assert.Equal("nothing to apply.", (await ReloadAsync()).Output[^1]);

        File.Copy(another.File, copy, overwrite: true);

        Assert.Equal([$"  pools.control-plane.health.caFile: the content of {copy} has changed", "1 change applied."], (await ReloadAsync()).Output);
    }

    [Fact]
    public async Task TenHangUpsAtOnce_LeaveARunningDaemon()
    {
        await using var apilb = ApilbProcess.Start(Run);
        await apilb.SaysAsync("is ready");

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => apilb.SignalAsync("HUP")));
        await apilb.SignalAsync("TERM");

        Assert.Equal(0, await apilb.ExitAsync());
        await apilb.SaysAsync("Stopped.");
    }

    private async Task<(int Code, string[] Output, string[] Errors)> ReloadAsync(params string[] arguments)
    {
        await using var command = ApilbProcess.Start(["reload", "--socket", _configuration.AdminSocket, .. arguments]);
        var code = await command.ExitAsync();
        return (code, [.. command.Output], [.. command.Errors]);
    }
}
