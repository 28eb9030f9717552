using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.DataPlane;

/// <summary>Every balance policy, seen by clients.</summary>
public sealed class BalancingTests : IAsyncDisposable
{
    private readonly NamedBackend _cp1 = new("cp1");
    private readonly NamedBackend _cp2 = new("cp2");
    private readonly NamedBackend _cp3 = new("cp3");

    private ApiLbOptions Three => Setup.Tcp(_cp1.Options, _cp2.Options, _cp3.Options);

    public async ValueTask DisposeAsync()
    {
        await _cp1.DisposeAsync();
        await _cp2.DisposeAsync();
        await _cp3.DisposeAsync();
    }

    [Fact]
    public async Task RoundRobin_TakesTurns()
    {
        await using var daemon = await RunningDaemon.StartAsync(Three.With(BalancePolicy.RoundRobin));

        Assert.Equal(["cp1", "cp2", "cp3", "cp1", "cp2", "cp3"], await daemon.ServersOfAsync(6));
    }

    [Fact]
    public async Task LeastConnections_FillsTheEmptiest()
    {
        await using var daemon = await RunningDaemon.StartAsync(Three.With(BalancePolicy.LeastConnections));
        List<Client> clients = [];
        for (var i = 0; i < 9; i++)
        {
            clients.Add(await daemon.ConnectAsync());
            await clients[^1].WhoAsync();
        }

        Assert.All(daemon.Daemon.Pools[0].Snapshot.Backends, b => Assert.Equal(3, b.Counters.Active));
        clients.ForEach(c => c.Dispose());
    }

    [Fact]
    public async Task LeastConnections_ReturnsToWhoWasLeft()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_cp1.Options, _cp2.Options).With(BalancePolicy.LeastConnections));
        using var first = await daemon.ConnectAsync();
        var left = await first.WhoAsync();
        using var second = await daemon.ConnectAsync();
        Assert.NotEqual(left, await second.WhoAsync());

        first.Dispose();
        await Eventually.HoldsAsync(() => daemon.Backend(left).Counters.Active == 0, () => $"{daemon.Backend(left).Counters.Active} active");

        Assert.Equal([left, left, left], await ServersOneByOneAsync(daemon, left));
    }

    [Fact]
    public async Task SourceHash_KeepsAHostAtOneBackend()
    {
        await using var daemon = await RunningDaemon.StartAsync(Three.With(BalancePolicy.SourceHash));

        Assert.Single((await daemon.ServersOfAsync(10)).Distinct());
    }

    [Fact]
    public async Task Random_ReachesEveryone()
    {
        await using var daemon = await RunningDaemon.StartAsync(Three.With(BalancePolicy.Random));

        // Chance misses one of three in 60 clients once in ten thousand million runs.
        Assert.Equal(3, (await daemon.ServersOfAsync(60)).Distinct().Count());
    }

    [Fact]
    public async Task First_LetsTheOthersStandBy()
    {
        await using var daemon = await RunningDaemon.StartAsync(Three.With(BalancePolicy.First));

        Assert.Equal(["cp1", "cp1", "cp1"], await daemon.ServersOfAsync(3));
    }

    [Fact]
    public async Task Backup_ServesWhenNobodyElseCan()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_cp1.Options with { IsBackup = true }, _cp2.Options));
        Assert.Equal(["cp2", "cp2"], await daemon.ServersOfAsync(2));

        await _cp2.StopAsync();

        Assert.Equal(["cp1", "cp1"], await daemon.ServersOfAsync(2));
    }

    [Fact]
    public async Task EverybodyAtWeightZero_ResetsTheClient()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_cp1.Options with { Weight = 0 }));

        Assert.Equal(ConnectionEnd.Reset, await Client.EndOfSilentAsync(daemon.EndPoint));
        await daemon.ClosesReachAsync(CloseReason.NoBackend, 1);
        Assert.Equal(1, await daemon.MetricAsync($"apilb_no_backend_total{{listener=\"{Setup.Listener}\"}}"));
        Assert.Empty(_cp1.Lines);
    }

    private static async Task<IReadOnlyList<string>> ServersOneByOneAsync(RunningDaemon daemon, string backend)
    {
        List<string> names = [];
        for (var i = 0; i < 3; i++)
        {
            using (var client = await daemon.ConnectAsync())
            {
                names.Add(await client.WhoAsync());
            }

            await Eventually.HoldsAsync(() => daemon.Backend(backend).Counters.Active == 0, () => "still active");
        }

        return names;
    }
}
