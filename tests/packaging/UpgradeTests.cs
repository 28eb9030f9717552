using System.Net;
using System.Net.Sockets;
using ApiLb.EndToEndTests;
using Xunit;

namespace ApiLb.PackagingTests;

/// <summary>A package takes the place of another while the daemon serves.</summary>
public sealed class UpgradeTests(Packages packages)
{
    private const int Held = 100;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task DebUnderLoad_FailsNobodyAndKeepsTheConfiguration()
    {
        await using var host = await LoadBalancerHost.WithServiceAsync(packages.Tree);

        await UpgradesUnderLoadAsync(host, () => host.InstallAsync(Packages.NextDeb));

        Assert.Equal(Packages.NextVersion, await host.Machine.RunAsync("dpkg-query --show --showformat='${Version}' apilb"));
        Assert.Equal(host.Configuration, await host.Machine.RunAsync($"cat {LoadBalancerHost.ConfigurationFile}") + "\n");
    }

    [Fact]
    public async Task Rpm_IsInstalledUpgradedUnderLoadAndErased()
    {
        await using var host = await LoadBalancerHost.BootAsync(packages.Tree);
        await host.Machine.WriteAsync(LoadBalancerHost.ConfigurationFile, host.Configuration);
        await host.RpmAsync("--install", Packages.Rpm);
        Assert.Equal(("active", "enabled"), (await host.StateAsync(), await host.Machine.RunAsync("systemctl is-enabled apilb.service")));

        await UpgradesUnderLoadAsync(host, () => host.RpmAsync("--upgrade", Packages.NextRpm));

        Assert.Equal(Packages.NextVersion, await host.Machine.RunAsync("rpm --query --queryformat '%{VERSION}' apilb"));
        Assert.Empty(await host.Machine.RunAsync("rpm --verify --nodeps apilb"));
        await host.Machine.RunAsync("rpm --erase --nodeps --force-debian apilb");
        await Assert.ThrowsAsync<IOException>(() => Clients.WhoServesAsync(host.Port));
        Assert.Equal(host.Configuration, await host.Machine.RunAsync($"cat {LoadBalancerHost.ConfigurationFile}") + "\n");
    }

    /// <summary>Reload, watchdog, restart and stop are the new one's, and the first of them while the old one still serves.</summary>
    [Fact]
    public async Task NewProcess_IsTheServicesMainProcess()
    {
        await using var host = await LoadBalancerHost.WithServiceAsync(packages.Tree, "[Service]\nWatchdogSec=2\nEnvironment=APILB_DEBUG_STALL=1\n");
        var old = await host.DaemonAsync();
        var held = await HoldAsync(host.Port);
        await host.InstallAsync(Packages.NextDeb);
        var upgraded = await host.DaemonAsync();
        Assert.Equal($"{upgraded}", await host.Machine.RunAsync("apilb status -o json | grep '\"pid\"' | head --lines=1 | tr --complement --delete 0-9"));
        Assert.Equal("1", await host.Machine.RunAsync($"ps --no-headers --format ppid {upgraded} | tr --delete ' '"));
        Assert.Contains($"pid {old}, has 1 connection left", await host.Machine.RunAsync("apilb status"), StringComparison.Ordinal);

        await host.Machine.RunAsync("systemctl reload apilb.service");
        Assert.Equal(("active", upgraded), (await host.StateAsync(), await host.DaemonAsync()));

        // Version 1 of control groups does not tell systemd in a container that a service's last process has gone.
        held.Dispose();
        await GoneAsync(host, old);
        await host.Machine.RunAsync($"kill -USR1 {upgraded}");
        await host.ReplacedAsync(upgraded);
        Assert.Contains("Watchdog timeout", await host.Machine.RunAsync("journalctl --unit=apilb --no-pager"), StringComparison.Ordinal);

        var restarted = await host.DaemonAsync();
        await host.Machine.RunAsync("apilb upgrade");
        var again = await host.DaemonAsync();
        Assert.NotEqual(restarted, again);
        await host.Machine.RunAsync("systemctl restart apilb.service");
        await host.ReplacedAsync(again);
        await host.Machine.RunAsync("apilb upgrade && systemctl stop apilb.service");
        Assert.Equal(("inactive", "success"), (await host.StateAsync(), await host.PropertyAsync("Result")));
        await Assert.ThrowsAsync<IOException>(() => Clients.WhoServesAsync(host.Port));
    }

    [Fact]
    public async Task UpgradeWithSocketOfSystemd_LeavesItToSystemd()
    {
        await using var host = await LoadBalancerHost.WithServiceAsync(packages.Tree);
        await host.Machine.WriteAsync("/etc/systemd/system/apilb.socket.d/test.conf", $"[Socket]\nListenStream=\nListenStream=127.0.0.1:{host.Port}\n");
        await host.Machine.RunAsync("systemctl stop apilb.service && systemctl daemon-reload && systemctl start apilb.socket apilb.service");

        await UpgradesUnderLoadAsync(host, () => host.InstallAsync(Packages.NextDeb));

        var upgraded = await host.DaemonAsync();
        Assert.Equal("active", await host.Machine.RunAsync("systemctl is-active apilb.socket"));
        await host.Machine.RunAsync($"kill -KILL {upgraded}");
        await host.ReplacedAsync(upgraded);
    }

    [Fact]
    public async Task DaemonThatCannotBeAsked_IsRestarted()
    {
        await using var host = await LoadBalancerHost.WithServiceAsync(packages.Tree);
        await host.Machine.WriteAsync(LoadBalancerHost.ConfigurationFile, host.Configuration.Replace("admin: {", "admin: { socket: none,", StringComparison.Ordinal));
        await host.Machine.RunAsync("systemctl restart apilb.service");
        var old = await host.DaemonAsync();

        var said = await host.InstallAsync(Packages.NextDeb);

        Assert.Contains("it is restarted", said, StringComparison.Ordinal);
        await host.ReplacedAsync(old);
        Assert.Equal("active", await host.StateAsync());
    }

    /// <summary>Its configuration is fine; but where the old daemon reaches a backend, the new one would reach none.</summary>
    [Fact]
    public async Task NewDaemonThatIsNotReady_LeavesTheOldOneServing()
    {
        await using var host = await LoadBalancerHost.WithServiceAsync(packages.Tree);
        var old = await host.DaemonAsync();
        await host.Machine.RunAsync($"sed --in-place 's/cp1=[^\"]*/cp1=127.0.0.1:1/' {LoadBalancerHost.ConfigurationFile}");

        var upgrade = await host.Machine.TryAsync("apilb upgrade --timeout 10s");

        Assert.Equal(2, upgrade.ExitCode);
        Assert.Contains("it waited for a backend", upgrade.Errors, StringComparison.Ordinal);
        Assert.Equal((old, "active"), (await host.DaemonAsync(), await host.StateAsync()));
        Assert.Equal("cp1", await Clients.WhoServesAsync(host.Port));
    }

    private static async Task UpgradesUnderLoadAsync(LoadBalancerHost host, Func<Task> upgradeAsync)
    {
        var old = await host.DaemonAsync();
        List<TcpClient> held = [];
        for (var i = 0; i < Held; i++)
        {
            held.Add(await HoldAsync(host.Port));
        }

        await using var clients = Clients.StartTo(host.Port);
        await upgradeAsync();
        var served = clients.Served;
        await Eventually.HoldsAsync("clients are served afterwards", Patience, () => Task.FromResult(clients.Served > served + 100 ? null : $"{clients.Served - served} of them"));
        await clients.StopAsync();

        Assert.Empty(clients.Failures);
        Assert.NotEqual(old, await host.DaemonAsync());
        Assert.Equal(("active", "0"), (await host.StateAsync(), await host.PropertyAsync("NRestarts")));
        Assert.All(held, client => Assert.False(client.Client.Poll(TimeSpan.Zero, SelectMode.SelectRead), "ended or reset"));
        Assert.Contains($"pid {old}, has {Held} connections left", await host.Machine.RunAsync("apilb status"), StringComparison.Ordinal);
        held.ForEach(client => client.Dispose());
        await GoneAsync(host, old);
    }

    private static Task GoneAsync(LoadBalancerHost host, int process) => Eventually.HoldsAsync("the old process has ended", Patience, async () =>
        await host.Machine.TryAsync($"test -e /proc/{process}") is { ExitCode: 0 } ? await host.Machine.RunAsync("apilb status") : null);

    /// <summary>A client that has had its backend's name and says no more.</summary>
    private static async Task<TcpClient> HoldAsync(int port)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        var name = new byte[4];
        using var deadline = new CancellationTokenSource(Patience, TimeProvider.System);
        await client.GetStream().ReadExactlyAsync(name, deadline.Token);
        return client;
    }
}
