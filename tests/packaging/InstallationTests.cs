using Xunit;

namespace ApiLb.PackagingTests;

/// <summary>The life of the .deb on a host: installed, upgraded, removed, purged.</summary>
public sealed class InstallationTests(Packages packages)
{
    [Fact]
    public async Task HostWithoutConfiguration_IsToldWhatToDo()
    {
        await using var host = await LoadBalancerHost.BootAsync(packages.Tree);

        var said = await host.InstallAsync(Packages.Deb);

        Assert.Contains("needs a configuration", said, StringComparison.Ordinal);
        Assert.Contains(await host.KnowsAsync("init") ? "apilb init" : "/usr/share/apilb/apilb.yaml", said, StringComparison.Ordinal);
        Assert.Equal("inactive", await host.StateAsync());
        Assert.Equal("drwxr-x--- root apilb", await host.Machine.RunAsync("stat --format='%A %U %G' /etc/apilb"));
        Assert.Equal("1.0.0-test1", await host.Machine.RunAsync("apilb version"));
    }

    [Fact]
    public async Task HostWithConfiguration_ServesAndWillAfterBoot()
    {
        await using var host = await LoadBalancerHost.WithServiceAsync(packages.Tree);

        Assert.Equal("cp1", await Clients.WhoServesAsync(host.Port));
        Assert.Equal("enabled", await host.Machine.RunAsync("systemctl is-enabled apilb.service"));
        Assert.Contains("1/1 ready", await host.Machine.RunAsync("apilb status"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task UpgradeThatCannotRunTheConfiguration_LeavesTheOldDaemonServing()
    {
        await using var host = await LoadBalancerHost.WithServiceAsync(packages.Tree);
        var old = await host.DaemonAsync();
        await host.Machine.WriteAsync(LoadBalancerHost.ConfigurationFile, host.Configuration + "unheardOf: 1\n");

        var said = await host.InstallAsync(Packages.NextDeb);

        Assert.Contains("unheardOf", said, StringComparison.Ordinal);
        Assert.Contains("the old one goes on", said, StringComparison.Ordinal);
        Assert.Equal(old, await host.DaemonAsync());
        Assert.Equal("cp1", await Clients.WhoServesAsync(host.Port));
    }

    /// <summary>dpkg replaces the file long before the new version takes over: the old one must not need it any more.</summary>
    [Fact]
    public async Task ReplacedBinary_IsNotMissedByTheDaemonThatRuns()
    {
        await using var host = await LoadBalancerHost.WithServiceAsync(packages.Tree);

        await host.Machine.RunAsync("cp /usr/bin/apilb /root/apilb && head --bytes=60000000 /dev/zero > /usr/bin/other && mv /usr/bin/other /usr/bin/apilb");

        Assert.Contains("1/1 ready", await host.Machine.RunAsync("/root/apilb status"), StringComparison.Ordinal);
        Assert.Equal("cp1", await Clients.WhoServesAsync(host.Port));
        await host.Machine.RunAsync("systemctl stop apilb.service");
        Assert.Equal("success", await host.PropertyAsync("Result"));
    }

    [Fact]
    public async Task Removal_StopsItAndKeepsTheConfiguration_PurgeLeavesNothing()
    {
        await using var host = await LoadBalancerHost.WithServiceAsync(packages.Tree);

        await host.Machine.RunAsync("dpkg --remove apilb");

        await Assert.ThrowsAsync<IOException>(() => Clients.WhoServesAsync(host.Port));
        Assert.Equal(host.Configuration, await host.Machine.RunAsync($"cat {LoadBalancerHost.ConfigurationFile}") + "\n");

        await host.Machine.RunAsync("dpkg --purge apilb");

        Assert.Empty(await host.Machine.RunAsync("find / -xdev -name '*apilb*' -not -path '/proc/*' -not -path '/sys/*' -not -path '/var/log/journal/*'"));
        Assert.Empty((await host.Machine.TryAsync("getent passwd apilb; getent group apilb")).Output);
    }
}
