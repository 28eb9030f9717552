using ApiLb.EndToEndTests.Outages;
using ApiLb.EndToEndTests.Traffic;
using Xunit;

namespace ApiLb.EndToEndTests;

/// <summary>
/// One of three apiservers goes away while clients come at 100 new TLS connections a second and 200 watches are open. New clients must not
/// notice; watches must leave it soon when it is dead, and never when it is only busy or about to finish by itself.
/// </summary>
[Collection(LabCollection.Name)]
public sealed class ApiServerOutageTests(LabFixture fixture, ITestOutputHelper output)
{
    // What had already received bytes of the lost apiserver is not the balancer's to save, but there are only a few of those at this rate.
    private const int AllowedAfterFirstByte = 10;

    // Nobody refuses when a process is frozen or a host is gone: a new client must not be the one who waits for that.
    private static readonly TimeSpan SlowestPromised = TimeSpan.FromMilliseconds(600);

    // When the load's own timers are later than this, the machine is too busy for times to say anything about the balancer.
    private static readonly TimeSpan Busy = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan LeavesVanishedUnderTraffic = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LeavesVanishedWithoutTraffic = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan LeavesFrozen = TimeSpan.FromSeconds(15);

    // The kernel closes a process's sockets some time before anybody can see that the process is gone.
    private static readonly TimeSpan ExitTolerance = TimeSpan.FromMilliseconds(250);

    private static readonly OutageTraffic Traffic = OutageTraffic.Full with { Before = TimeSpan.FromSeconds(3), After = TimeSpan.FromSeconds(10) };

    // Checks on fresh connections get no answer meanwhile: there are enough of them in this time to believe that the host is dead.
    private static readonly OutageTraffic LongTraffic = Traffic with { After = TimeSpan.FromSeconds(25) };

    // As little as still shows who the victim is: after the outage, hardly anybody is sent there.
    private static readonly OutageTraffic SlightTraffic = new(1, 50, TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(5));

    [Fact]
    public async Task ApiServerFrozen_NoNewConnectionFailsOrWaits() => AssertNobodyNotices(await MeasureAsync(Outage.Frozen, Traffic));

    [Fact]
    public async Task ApiServerHostVanished_NoNewConnectionFailsOrWaits() => AssertNobodyNotices(await MeasureAsync(Outage.Vanished, Traffic));

    [Fact]
    public async Task ApiServerKilled_NoNewConnectionFailsOrWaits() => AssertNobodyNotices(await MeasureAsync(Outage.Killed, Traffic));

    [Fact]
    public async Task ApiServerStopped_NobodyNoticesAndNoWatchEndsBeforeItsProcessDoes()
    {
        var figures = await MeasureAsync(Outage.Stopped, Traffic);

        Assert.True(figures.WatchesThere.Ended.All(end => end >= figures.Took - ExitTolerance), figures.ToString());
        AssertNobodyNotices(figures);
    }

    [Fact]
    public async Task ApiServerOverloaded_NobodyNoticesAndNoWatchEnds()
    {
        var figures = await MeasureAsync(Outage.Overloaded, LongTraffic);

        AssertClientsAndChecksAgree(figures, fixture.Lab.Hosts[^1].Host.Name);
        Assert.True(figures.WatchesThere.Count > 0, figures.ToString());
        Assert.Empty(figures.WatchesThere.Ended);
        AssertNobodyNotices(figures);
    }

    [Fact]
    public Task ApiServerHostVanished_WatchesLeaveWithin2SecondsUnderTraffic() =>
        WatchesLeaveAsync(Outage.Vanished, Traffic, LeavesVanishedUnderTraffic);

    [Fact]
    public Task ApiServerHostVanished_WatchesLeaveWithin4SecondsWithoutTraffic() =>
        WatchesLeaveAsync(Outage.Vanished, SlightTraffic, LeavesVanishedWithoutTraffic);

    [Fact]
    public Task ApiServerFrozen_WatchesLeaveWithin15Seconds() => WatchesLeaveAsync(Outage.Frozen, Traffic, LeavesFrozen);

    private async Task WatchesLeaveAsync(Outage outage, OutageTraffic traffic, TimeSpan promised)
    {
        var figures = await MeasureAsync(outage, traffic, async (figures, watches) =>
        {
            await figures.WatchesThere.FollowAsync(2 * LeavesFrozen);
            await NewsReachesAsync(watches);
        });

        Assert.True(figures.WatchesThere.Ended.Count == figures.WatchesThere.Count, figures.ToString());
        Assert.All(figures.WatchesThere.Ended, end => Assert.InRange(end, TimeSpan.Zero, promised));
        Assert.Empty(figures.WatchesElsewhere.Ended);
    }

    private async Task<OutageFigures> MeasureAsync(Outage outage, OutageTraffic traffic, Func<OutageFigures, WatchLoad, Task>? expectAsync = null)
    {
        var figures = await OutageRun.UnderTrafficAsync(fixture.Lab, outage, traffic, expectAsync ?? ((_, _) => Task.CompletedTask));
        output.WriteLine(figures.ToString());
        fixture.Lab.Record(figures.ToString());
        fixture.Lab.Balancer.EnsureRunning();
        return figures;
    }

    private async Task NewsReachesAsync(WatchLoad watches)
    {
        await watches.OpenAsync();
        var news = "news-" + Guid.NewGuid().ToString("N");
        await fixture.Lab.Kubectl.RunAsync("create", "configmap", news);
        await watches.SeeAsync(news);
    }

    /// <summary>
    /// Once a client has found out, no check says otherwise for as long as the overload lasts. Before that one may: it was connected before
    /// the overload, or excuses a client of the time before.
    /// </summary>
    private void AssertClientsAndChecksAgree(OutageFigures figures, string victim)
    {
        if (fixture.Lab.Balancer.Name == "apilb")
        {
            var changes = figures.BalancerLog.Split('\n').Where(line => line.Contains($"backend {victim} ", StringComparison.Ordinal));
            var sinceFound = changes.SkipWhile(line => !line.Contains("Ready -> Suspect", StringComparison.Ordinal) && !line.Contains("-> NotReady", StringComparison.Ordinal)).ToList();
            Assert.True(sinceFound.Count > 0, figures.BalancerLog);
            Assert.All(sinceFound, line => Assert.DoesNotContain("-> Ready", line, StringComparison.Ordinal));
        }
    }

    private static void AssertNobodyNotices(OutageFigures figures)
    {
        Assert.True(figures.Connections.Failed == 0, figures.ToString());
        Assert.True(figures.Connections.FailedAfterFirstByte <= AllowedAfterFirstByte, figures.ToString());
        Assert.True(figures.Reopenings.Failed == 0, figures.ToString());
        Assert.Empty(figures.WatchesElsewhere.Ended);
        if (figures.Connections.Slowest > SlowestPromised)
        {
            Assert.SkipWhen(figures.Connections.Lateness > Busy, "Nobody failed, but the machine is too busy to measure times: " + figures);
            Assert.Fail(figures.ToString());
        }
    }
}
