using System.Globalization;
using ApiLb.EndToEndTests.Traffic;
using Xunit;

namespace ApiLb.EndToEndTests;

/// <summary>An upgrade of the control plane: the apiservers restart one after another while 100 new clients a second come and 200 watch.</summary>
[Collection(LabCollection.Name)]
public sealed class RollingRestartTests(LabFixture fixture, ITestOutputHelper output)
{
    private const int ConnectionsPerSecond = 100;
    private const int Watches = 200;
    private const int ObjectClients = 10;
    private const string TooManyRequests = "status 429";

    // What still runs so long after the delay is killed: watches keep an apiserver of this version for 60 s.
    private static readonly TimeSpan Finish = TimeSpan.FromSeconds(5);

    [Fact]
    public Task ShutdownDelayOfZero_NoRequestIsRefusedOrHangs() => RestartInTurnAsync(TimeSpan.Zero);

    // Two minutes, hence not in every run: -explicit on -class ApiLb.EndToEndTests.RollingRestartTests.
    [Fact(Explicit = true)]
    public Task ShutdownDelayOf20Seconds_NoRequestIsRefusedOrHangs() => RestartInTurnAsync(TimeSpan.FromSeconds(20));

    private async Task RestartInTurnAsync(TimeSpan shutdownDelay)
    {
        var lab = fixture.Lab;
        var delay = string.Create(CultureInfo.InvariantCulture, $"--shutdown-delay-duration={shutdownDelay.TotalSeconds}s");
        await lab.RecoverAsync();
        await lab.RestartApiServersAsync(delay);
        try
        {
            await using var watches = await WatchLoad.StartAsync(lab.Client, Watches);
            await using var load = await ConfigMapLoad.StartAsync(lab.Kubectl, lab.Client, lab.Hosts.Select(host => lab.ClientOf(host.Host)), ObjectClients);
            await using var arrivals = ConnectionLoad.Start(lab.Client, ConnectionsPerSecond);
            foreach (var host in lab.Hosts)
            {
                await host.StopApiServerAsync(shutdownDelay + Finish);
                host.StartApiServer(delay);
                await lab.ReadyAsync(host);
            }

            await watches.OpenAsync();
            var connections = await arrivals.StopAsync();
            var requests = await load.StopAsync();
            Report($"{lab.Balancer.Name}, rolling restart with {delay}\n  {connections}\n  requests: {requests}\n  {watches.Report()}");
            Assert.True(connections.Failed == 0, connections.ToString());
            AssertOnlyTheirOwnFaults(requests);
            AssertOnlyTheirOwnFaults(watches.Report().Openings);
            Assert.True(lab.IsControllerManagerRunning, "the controller manager has ended: it lost its lease");
        }
        finally
        {
            // The next test recovers them, without the delay.
            await Task.WhenAll(lab.Hosts.Select(host => host.KillApiServerAsync()));
        }
    }

    private static void AssertOnlyTheirOwnFaults(ConnectionReport report)
    {
        Assert.True(report.NotReached == 0, report.ToString());
        Assert.True(report.Hung == 0, report.ToString());
        Assert.All(report.Rejections.Keys, rejection => Assert.EndsWith(TooManyRequests, rejection, StringComparison.Ordinal));
    }

    private void Report(string figures)
    {
        output.WriteLine(figures);
        fixture.Lab.Record(figures);
    }
}
