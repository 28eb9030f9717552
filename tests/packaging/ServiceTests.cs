using System.Diagnostics;
using ApiLb.EndToEndTests;
using Xunit;

namespace ApiLb.PackagingTests;

/// <summary>What systemd makes of apilb.service.</summary>
public sealed class ServiceTests(Packages packages, ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Start_IsOverWhenEveryBackendWasChecked()
    {
        await using var host = await LoadBalancerHost.WithServiceAsync(packages.Tree);
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        var port = ((System.Net.IPEndPoint)silent.LocalEndpoint).Port;
        var configuration = host.Configuration.Replace("health: { type: tcp }", "health: { type: http, timeout: 8s, interval: 10s }", StringComparison.Ordinal);
        await host.Machine.WriteAsync(LoadBalancerHost.ConfigurationFile, configuration.Replace("[\"", $"[\"cp0=127.0.0.1:{port}\", \"", StringComparison.Ordinal));

        await host.Machine.RunAsync("systemctl restart --no-block apilb.service");
        await StateBecomesAsync(host, "activating");
        using (await silent.AcceptSocketAsync())
        {
            Assert.Equal("activating", await host.StateAsync());
        }

        await StateBecomesAsync(host, "active");
    }

    [Fact]
    public async Task ReloadOfWrongConfiguration_FailsAndChangesNothing()
    {
        await using var host = await LoadBalancerHost.WithServiceAsync(packages.Tree);
        var daemon = await host.DaemonAsync();
        await host.Machine.WriteAsync(LoadBalancerHost.ConfigurationFile, host.Configuration + "unheardOf: 1\n");

        var reload = await host.Machine.TryAsync("systemctl reload apilb.service");

        Assert.NotEqual(0, reload.ExitCode);
        Assert.Contains("unheardOf", await host.Machine.RunAsync("journalctl --unit=apilb --no-pager"), StringComparison.Ordinal);
        Assert.Equal(daemon, await host.DaemonAsync());
        Assert.Equal("cp1", await Clients.WhoServesAsync(host.Port));
    }

    [Fact]
    public async Task ReloadOfRightConfiguration_IsInEffectWhenItReturns()
    {
        await using var host = await LoadBalancerHost.WithServiceAsync(packages.Tree);
        Assert.SkipUnless(await host.KnowsAsync("reload"), "this version of apilb cannot reload");
        var daemon = await host.DaemonAsync();
        await using var other = new Backend("cp2");
        var pool = $"\"cp2=127.0.0.1:{other.Port}\"";
        await host.Machine.WriteAsync(
            LoadBalancerHost.ConfigurationFile, string.Join('\n', host.Configuration.Split('\n').Select(l => l.Contains("backends:", StringComparison.Ordinal) ? $"    backends: [{pool}]" : l)));

        await host.Machine.RunAsync("systemctl reload apilb.service");

        Assert.Equal("cp2", await Clients.WhoServesAsync(host.Port));
        Assert.Equal(daemon, await host.DaemonAsync());
    }

    [Fact]
    public async Task WrongConfiguration_EndsTheStartAndIsNotTriedForEver()
    {
        await using var host = await LoadBalancerHost.BootAsync(packages.Tree);
        await host.InstallAsync(Packages.Deb);
        await host.Machine.WriteAsync(LoadBalancerHost.ConfigurationFile, "listeners: {}\n");

        var start = await host.Machine.TryAsync("systemctl start apilb.service");

        Assert.NotEqual(0, start.ExitCode);
        Assert.Equal("failed", await host.StateAsync());
        Assert.Equal("0", await host.PropertyAsync("NRestarts"));
    }

    [Fact]
    public async Task KilledDaemon_IsBackAtOnce()
    {
        await using var host = await LoadBalancerHost.WithServiceAsync(packages.Tree);
        var killed = await host.DaemonAsync();
        var began = Stopwatch.GetTimestamp();

        await host.Machine.RunAsync($"kill -KILL {killed}");
        await host.ReplacedAsync(killed);

        // One second is promised; a busy test machine gets more.
        var gap = Stopwatch.GetElapsedTime(began);
        output.WriteLine($"Serving again {gap.TotalMilliseconds:F0} ms after kill -9.");
        Assert.InRange(gap, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task KilledDaemonWithSocketOfSystemd_RefusesNobody()
    {
        await using var host = await LoadBalancerHost.WithServiceAsync(packages.Tree);
        await host.Machine.WriteAsync("/etc/systemd/system/apilb.socket.d/test.conf", $"[Socket]\nListenStream=\nListenStream=127.0.0.1:{host.Port}\n");
        await host.Machine.RunAsync("systemctl stop apilb.service && systemctl daemon-reload && systemctl start apilb.socket apilb.service");
        var killed = await host.DaemonAsync();
        await using var clients = Clients.StartTo(host.Port);

        await host.Machine.RunAsync($"kill -KILL {killed}");
        await host.ReplacedAsync(killed);
        await clients.StopAsync();

        // One that was being served was reset; those who came later waited.
        Assert.True(clients.Failures.Count <= 1, string.Join('\n', clients.Failures));
        Assert.DoesNotContain(clients.Failures, failure => failure.Contains("refused", StringComparison.Ordinal));
    }

    [Fact]
    public async Task StuckReactors_AreEndedByTheWatchdog()
    {
        await using var host = await LoadBalancerHost.WithServiceAsync(packages.Tree, "[Service]\nWatchdogSec=2\nEnvironment=APILB_DEBUG_STALL=1\n");
        var stuck = await host.DaemonAsync();

        await host.Machine.RunAsync($"kill -USR1 {stuck}");
        await host.ReplacedAsync(stuck);

        var log = await host.Machine.RunAsync("journalctl --unit=apilb --no-pager");
        Assert.Contains("A reactor makes no progress", log, StringComparison.Ordinal);
        Assert.Contains("Watchdog timeout", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OneProcessorAnd128Megabytes_AreEnough()
    {
        await using var host = await LoadBalancerHost.WithServiceAsync(packages.Tree);
        Assert.SkipUnless(host.Machine.IsMemoryLimited, "control groups (version 1) do not count memory here");
        await using var clients = Clients.StartTo(host.Port);

        await Eventually.HoldsAsync("500 clients were served", Patience, () => Task.FromResult(clients.Served >= 500 ? null : $"{clients.Served} of them"));
        await clients.StopAsync();

        output.WriteLine($"{host.Machine.MemoryPeak() >> 20} MiB at most for the whole machine, page cache included; the daemon: "
            + (await host.Machine.RunAsync($"grep -E '^(VmHWM|RssAnon|Cpus_allowed_list)' /proc/{await host.DaemonAsync()}/status")).ReplaceLineEndings(" "));
        Assert.Empty(clients.Failures);
        Assert.Equal("0", await host.PropertyAsync("NRestarts"));
    }

    private static Task StateBecomesAsync(LoadBalancerHost host, string state) => Eventually.HoldsAsync(
        $"apilb.service is {state}", Patience, async () => await host.StateAsync() is var seen && seen == state ? null : seen);
}
