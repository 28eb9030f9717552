using ApiLb.Health;
using ApiLb.IntegrationTests.Actors;
using Xunit;

namespace ApiLb.IntegrationTests.DataPlane;

/// <summary>What checks do to clients.</summary>
public sealed class HealthRotationTests : IAsyncDisposable
{
    private readonly NamedBackend _cp1 = new("cp1");
    private readonly NamedBackend _cp2 = new("cp2");

    public async ValueTask DisposeAsync()
    {
        await _cp1.DisposeAsync();
        await _cp2.DisposeAsync();
    }

    [Fact]
    public async Task BackendThatFalls_LeavesTheRotationAndReturns()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_cp1.Options, _cp2.Options).WithBusyChecks());
        await _cp1.StopAsync();
        await daemon.StatusBecomesAsync("cp1", HealthStatus.Dead);
        var failures = daemon.Backend("cp1").Counters.ConnectFailures;

        Assert.Equal(["cp2", "cp2"], await daemon.ServersOfAsync(2));
        Assert.Equal(failures, daemon.Backend("cp1").Counters.ConnectFailures);

        _cp1.Restart();
        await daemon.StatusBecomesAsync("cp1", HealthStatus.Ready);
        Assert.Equal(["cp1", "cp1"], await daemon.ServersOfAsync(2));
    }

    [Theory]
    [InlineData(HealthEvidence.NotReady, HealthStatus.NotReady)]
    [InlineData(HealthEvidence.ShuttingDown, HealthStatus.Draining)]
    internal async Task BackendThatIsNotReady_KeepsItsConnectionsAndGetsNoNewOnes(HealthEvidence evidence, HealthStatus status)
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_cp1.Options, _cp2.Options));
        using var client = await daemon.ConnectAsync();
        Assert.Equal("cp1 before", await client.AskAsync("before"));

        Report(daemon, "cp1", evidence);
        Report(daemon, "cp1", evidence);

        Assert.Equal(status, daemon.Backend("cp1").Health.Current.Status);
        Assert.Equal(["cp2"], await daemon.ServersOfAsync(1));
        Assert.Equal("cp1 after", await client.AskAsync("after"));
    }

    [Fact]
    public async Task NobodyReady_FailsOpen()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_cp1.Options));
        Report(daemon, "cp1", HealthEvidence.NotReady);
        Report(daemon, "cp1", HealthEvidence.NotReady);

        Assert.Equal(["cp1"], await daemon.ServersOfAsync(1));
        Assert.Equal(1, await daemon.MetricAsync($"apilb_pool_fail_open{{pool=\"{Setup.Pool}\"}}"));
    }

    [Theory]
    [InlineData(OperatorMode.Drain)]
    [InlineData(OperatorMode.Maint)]
    internal async Task BackendTakenOutByTheOperator_KeepsItsConnectionsAndGetsNoNewOnes(OperatorMode mode)
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_cp1.Options, _cp2.Options));
        using var client = await daemon.ConnectAsync();
        await client.WhoAsync();

        daemon.Daemon.Pools[0].SetMode(daemon.Backend("cp1"), mode);

        Assert.Equal(["cp2"], await daemon.ServersOfAsync(1));
        Assert.Equal("cp1", await client.WhoAsync());
    }

    private static void Report(RunningDaemon daemon, string backend, HealthEvidence evidence) =>
        daemon.Daemon.Pools[0].Report(daemon.Backend(backend), new HealthReport(evidence, HealthCause.Status, "as the test says"));
}
