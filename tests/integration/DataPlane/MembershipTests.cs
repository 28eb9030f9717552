using ApiLb.Backends;
using ApiLb.Health;
using ApiLb.IntegrationTests.Actors;
using Xunit;

namespace ApiLb.IntegrationTests.DataPlane;

/// <summary>Backends that join and leave a pool while it serves.</summary>
public sealed class MembershipTests : IAsyncDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly NamedBackend _cp1 = new("cp1");
    private readonly NamedBackend _cp2 = new("cp2");

    public async ValueTask DisposeAsync()
    {
        await _cp1.DisposeAsync();
        await _cp2.DisposeAsync();
    }

    [Fact]
    public async Task BackendThatJoins_IsCheckedAndThenServes()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_cp1.Options));
        var pool = daemon.Daemon.Pools[0];

        pool.SetMembers([_cp2.Options, _cp1.Options]);
        await daemon.StatusBecomesAsync("cp2", HealthStatus.Ready);

        Assert.Equal(["cp2"], await daemon.ServersOfAsync(1));
    }

    [Fact]
    public async Task BackendThatJoinedAndDoesNotAnswer_GetsNobody()
    {
        await _cp2.StopAsync();
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_cp1.Options));
        var pool = daemon.Daemon.Pools[0];

        pool.SetMembers([_cp2.Options, _cp1.Options]);

        Assert.Equal(["cp1", "cp1"], await daemon.ServersOfAsync(2));
        await daemon.StatusBecomesAsync("cp2", HealthStatus.Dead);
        Assert.Equal(0, daemon.Backend("cp2").Counters.ConnectFailures);
    }

    [Fact]
    public async Task BackendThatLeaves_KeepsItsConnectionsForTheGrace()
    {
        var options = Setup.Tcp(_cp1.Options, _cp2.Options).With(p => p with { Timeouts = p.Timeouts with { Drain = Grace } });
        await using var daemon = await RunningDaemon.StartAsync(options);
        using var client = await daemon.ConnectAsync();
        Assert.Equal("cp1", await client.WhoAsync());

        daemon.Daemon.Pools[0].SetMembers([_cp2.Options]);

        Assert.Equal("cp1", await client.WhoAsync());
        Assert.Equal(["cp2"], await daemon.ServersOfAsync(1));
        Assert.Equal(ConnectionEnd.Reset, await client.EndAsync());
        await daemon.ClosesReachAsync(CloseReason.Drain, 1);
    }

    [Fact]
    public async Task BackendThatStays_KeepsItsState()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_cp1.Options, _cp2.Options));
        var before = daemon.Backend("cp1");

        daemon.Daemon.Pools[0].SetMembers([_cp1.Options with { Weight = 7 }]);

        Assert.Same(before, daemon.Backend("cp1"));
        Assert.Equal((HealthStatus.Ready, 7), (before.Health.Current.Status, before.Options.Weight));
    }
}
