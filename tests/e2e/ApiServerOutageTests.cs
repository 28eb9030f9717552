using ApiLb.EndToEndTests.Outages;
using ApiLb.EndToEndTests.Traffic;
using Xunit;

namespace ApiLb.EndToEndTests;

/// <summary>Apiservers go away and come back while clients come at 100 new TLS connections a second and 200 watches are open.</summary>
[Collection(LabCollection.Name)]
public sealed class ApiServerOutageTests(LabFixture fixture, ITestOutputHelper output)
{
    // What had already received bytes of the lost apiserver is not the balancer's to save, but there are only a few of those at this rate.
    private const int AllowedAfterFirstByte = 10;

    // Nobody refuses when a process is frozen or a host is gone: a new client must not be the one who waits for that.
    private static readonly TimeSpan SlowestPromised = TimeSpan.FromMilliseconds(600);

    [Fact]
    public Task ApiServerFrozen_NoNewConnectionFailsOrWaits() => NobodyNoticesAsync(Outage.Frozen);

    [Fact]
    public Task ApiServerHostVanished_NoNewConnectionFailsOrWaits() => NobodyNoticesAsync(Outage.Vanished);

    [Fact]
    public Task ApiServerKilled_NoNewConnectionFailsOrWaits() => NobodyNoticesAsync(Outage.Killed);

    [Fact]
    public Task ApiServerStopped_NoNewConnectionFailsOrWaits() => NobodyNoticesAsync(Outage.Stopped);

    [Fact]
    public Task ApiServerOverloaded_NoNewConnectionFailsOrWaits() => NobodyNoticesAsync(Outage.Overloaded);

    [Fact]
    public async Task AllApiServersRestartedInTurn_NoNewConnectionFails()
    {
        await NobodyFailsAsync(Outage.RestartedInTurn);

        Assert.True(fixture.Lab.IsControllerManagerRunning, "the controller manager has ended: it lost its lease");
    }

    private async Task NobodyNoticesAsync(Outage outage)
    {
        var figures = await NobodyFailsAsync(outage);

        Assert.InRange(figures.Connections.Slowest, TimeSpan.Zero, SlowestPromised);
    }

    private async Task<OutageFigures> NobodyFailsAsync(Outage outage)
    {
        var figures = await OutageRun.UnderTrafficAsync(fixture.Lab, outage, OutageTraffic.Full, (_, _) => Task.CompletedTask);
        output.WriteLine(figures.ToString());
        fixture.Lab.Record(figures.ToString());
        AssertNoneFailed(figures.Connections);
        AssertNoneFailed(figures.Reopenings);
        fixture.Lab.Balancer.EnsureRunning();
        return figures;
    }

    private static void AssertNoneFailed(ConnectionReport report)
    {
        Assert.True(report.Failed == 0, report.ToString());
        Assert.True(report.FailedAfterFirstByte <= AllowedAfterFirstByte, report.ToString());
    }
}
