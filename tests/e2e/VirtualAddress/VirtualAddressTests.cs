using Xunit;

namespace ApiLb.EndToEndTests.VirtualAddress;

/// <summary>Two hosts with ApiLb and keepalived share a virtual address, configured as docs/keepalived.md says.</summary>
[Collection(VirtualAddressCollection.Name)]
public sealed class VirtualAddressTests(VirtualAddressFixture fixture, ITestOutputHelper output) : IClassFixture<VirtualAddressFixture>
{
    private static readonly TimeSpan LongestGapPromised = TimeSpan.FromSeconds(2);

    // When the clients' own timers are later than this, the machine is too busy for times to say anything about the pair.
    private static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(250);

    [Fact]
    public Task BalancerKilled_NewConnectionsPauseFor2SecondsAtMost() => PausesShortlyAsync(Mishap.BalancerKilled);

    [Fact]
    public Task KeepalivedKilled_NewConnectionsPauseFor2SecondsAtMost() => PausesShortlyAsync(Mishap.KeepalivedKilled);

    [Fact]
    public Task HostCutOffAndBack_NewConnectionsPauseFor2SecondsAtMost() => PausesShortlyAsync(Mishap.HostCut);

    [Fact]
    public Task HostsSplitAndHealed_NewConnectionsPauseFor2SecondsAtMostAndOneHostKeepsTheAddress() => PausesShortlyAsync(Mishap.Split);

    [Fact]
    public async Task BalancerStopped_AddressLeavesFirstAndNoNewConnectionFails()
    {
        var report = await MeasureAsync(Mishap.BalancerStopped);

        Assert.Empty(report.Failures);
    }

    [Fact]
    public async Task BackendsOutOfOneHostsReach_AddressMovesToTheOther()
    {
        var pair = await fixture.PairAsync();
        await pair.RecoverAsync();
        var holder = await pair.HolderAsync();

        await VipNetwork.IsolateFromBackendsAsync(holder.Host);
        await pair.OtherThan(holder).TakesAddressAsync();

        Assert.NotSame(holder, await pair.HolderAsync());
    }

    [Fact]
    public async Task AllBackendsDownAndBack_AddressStays()
    {
        var pair = await fixture.PairAsync();
        await pair.RecoverAsync();
        var holder = await pair.HolderAsync();
        var takeovers = pair.Takeovers;

        await pair.KillBackendsAsync();
        await pair.BothFeelAsync(isFit: false);
        pair.StartBackends();
        await pair.BothFeelAsync(isFit: true);

        Assert.Same(holder, await pair.HolderAsync());
        Assert.Equal(takeovers, pair.Takeovers);
    }

    private async Task PausesShortlyAsync(Mishap mishap)
    {
        var report = await MeasureAsync(mishap);

        Assert.True(report.LongestGap <= LongestGapPromised || report.Lateness > Busy, report.ToString());
    }

    private async Task<GapReport> MeasureAsync(Mishap mishap)
    {
        var report = await mishap.UnderTrafficAsync(await fixture.PairAsync());
        output.WriteLine($"{mishap.Name}: {report}");
        return report;
    }
}
