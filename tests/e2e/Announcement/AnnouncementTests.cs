using ApiLb.EndToEndTests.VirtualAddress;
using Xunit;

namespace ApiLb.EndToEndTests.Announcement;

/// <summary>Three hosts announce the virtual address by BGP, configured as docs/bgp.md says.</summary>
[Collection(VirtualAddressCollection.Name)]
public sealed class AnnouncementTests(AnnouncementFixture fixture, ITestOutputHelper output) : IClassFixture<AnnouncementFixture>
{
    private static readonly TimeSpan LongestGapPromised = TimeSpan.FromSeconds(2);

    // When the clients' own timers are later than this, the machine is too busy for times to say anything about the hosts.
    private static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(250);

    [Fact]
    public Task BalancerKilled_NewConnectionsPauseFor2SecondsAtMost() => PausesShortlyAsync(host => host.KillBalancerAsync());

    [Fact]
    public Task BirdKilled_NewConnectionsPauseFor2SecondsAtMost() => PausesShortlyAsync(host => host.KillBirdAsync());

    [Fact]
    public Task HostCutOff_NewConnectionsPauseFor2SecondsAtMost() => PausesShortlyAsync(host => AnnouncementNetwork.UnplugAsync(host.Host));

    [Fact]
    public async Task WatcherStopped_HostIsAnnouncedNoLongerAndNobodyIsRefused()
    {
        var balancers = await fixture.BalancersAsync();

        var report = await balancers.UnderTrafficAsync(() => LeavesAsync(balancers, host => host.StopWatcherAsync()));

        OnlyMovedOnesFailed(report);
    }

    [Fact]
    public async Task BalancerStopped_RouterLeavesItFirstAndNobodyIsRefused()
    {
        var balancers = await fixture.BalancersAsync();

        var report = await balancers.UnderTrafficAsync(() => LeavesAsync(balancers, host => host.StopBalancerAsync()));

        OnlyMovedOnesFailed(report);
    }

    [Fact]
    public async Task BackendsOutOfOneHostsReach_RouterUsesTheOthers()
    {
        var balancers = await fixture.BalancersAsync();
        await balancers.RecoverAsync();

        await LeavesAsync(balancers, host => AnnouncementNetwork.IsolateFromBackendsAsync(host.Host));

        Assert.Null(await balancers.RequestAsync());
    }

    [Fact]
    public async Task AllBackendsDown_EveryHostIsStillAnnounced()
    {
        var balancers = await fixture.BalancersAsync();
        await balancers.RecoverAsync();

        await balancers.KillBackendsAsync();
        foreach (var host in balancers.Hosts)
        {
            await host.IsLastResortAsync();
        }

        await AnnouncedBalancers.RouterUsesAsync(balancers.Hosts);
    }

    /// <summary>The router spreads anew at each change, and may send the next packet of a connection to another host. No host can help that.</summary>
    private static void OnlyMovedOnesFailed(GapReport report)
    {
        Assert.Equal(report.Broken, report.Failures);
        Assert.True(report.Failures.Count <= report.MostAtOnce, report.ToString());
    }

    private static async Task LeavesAsync(AnnouncedBalancers balancers, Func<AnnouncingHost, Task> happenAsync)
    {
        await happenAsync(balancers.Hosts[0]);
        await AnnouncedBalancers.RouterUsesAsync(balancers.Hosts.Skip(1));
    }

    private async Task PausesShortlyAsync(Func<AnnouncingHost, Task> happenAsync)
    {
        var balancers = await fixture.BalancersAsync();

        var report = await balancers.UnderTrafficAsync(() => LeavesAsync(balancers, happenAsync));

        output.WriteLine(report.ToString());
        Assert.True(report.LongestGap <= LongestGapPromised || report.Lateness > Busy, report.ToString());
    }
}
