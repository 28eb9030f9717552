using ApiLb.Backends;
using ApiLb.Health;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.DataPlane;

/// <summary>Thousands of established connections of one backend are closed at once, and the others do not notice.</summary>
[Collection("crowd")] // One at a time: each counts the sockets of the process.
public sealed class MassCloseTests(ITestOutputHelper output) : IAsyncDisposable
{
    private const int Connections = 3000;
    private const int ConnectsAtOnce = 64;

    private static readonly TimeSpan SlowestAllowed = TimeSpan.FromMilliseconds(500);

    private readonly NamedBackend _dead = new("dead");
    private readonly NamedBackend _alive = new("alive");

    public async ValueTask DisposeAsync()
    {
        await _dead.DisposeAsync();
        await _alive.DisposeAsync();
    }

    [Fact]
    public async Task BackendDies_ItsClientsSeeResetsAndTheOthersGoOn()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_dead.Options, _alive.Options));
        var clients = await ConnectManyAsync(daemon);
        daemon.Daemon.Pools[0].SetMode(daemon.Backend("dead"), OperatorMode.Drain);
        using var pinging = await daemon.ConnectAsync();
        using CancellationTokenSource stop = new();
        var slowest = SlowestPingAsync(pinging, stop.Token);

        Assert.Equal(Connections, await daemon.Daemon.Closing.CloseAsync(daemon.Backend("dead"), CloseReason.BackendDead, CancellationToken.None));

        Assert.All(await Task.WhenAll(clients.Select(c => c.EndAsync())), end => Assert.Equal(ConnectionEnd.Reset, end));
        await stop.CancelAsync();
        var (pings, slowestPing) = await slowest;
        output.WriteLine($"{Connections} connections closed; {pings} pings meanwhile, the slowest took {slowestPing.TotalMilliseconds:F1} ms");
        Assert.InRange(slowestPing, TimeSpan.Zero, SlowestAllowed);
        Array.ForEach(clients, c => c.Dispose());
        await AssertNothingIsLeftAsync(daemon);
    }

    private static async Task AssertNothingIsLeftAsync(RunningDaemon daemon)
    {
        var dead = daemon.Backend("dead");
        await daemon.ClosesReachAsync(CloseReason.BackendDead, Connections);
        Assert.Equal((Connections, 0L, 0), (dead.Counters.Closes(CloseReason.BackendDead), dead.Counters.Active, dead.Connections.Count));
        Assert.Equal((1L, 1), (daemon.Counters.Active, daemon.Backend("alive").Connections.Count));

        // One that is left of each connection would be four times as many; other tests in this process have some of their own.
        await Eventually.HoldsAsync(() => OpenSockets() < Connections / 4, () => $"{OpenSockets()} sockets open");
    }

    private static int OpenSockets() => Directory.GetFiles("/proc/self/fd").Count(f => new FileInfo(f).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true);

    private static async Task<Client[]> ConnectManyAsync(RunningDaemon daemon)
    {
        List<Client> clients = [];
        while (clients.Count < Connections)
        {
            var some = await Task.WhenAll(Enumerable.Range(0, Math.Min(ConnectsAtOnce, Connections - clients.Count)).Select(_ => daemon.ConnectAsync()));
            clients.AddRange(some);
            foreach (var client in some)
            {
                Assert.Equal("dead", await client.WhoAsync());
            }
        }

        return [.. clients];
    }

    /// <summary>One round trip after the other on a connection of the other backend, which shares the reactors.</summary>
    private static async Task<(int Count, TimeSpan Slowest)> SlowestPingAsync(Client client, CancellationToken stop)
    {
        var slowest = TimeSpan.Zero;
        var count = 0;
        for (; !stop.IsCancellationRequested; count++)
        {
            var started = TimeProvider.System.GetTimestamp();
            Assert.Equal("alive ping", await client.AskAsync("ping"));
            var took = TimeProvider.System.GetElapsedTime(started);
            slowest = took > slowest ? took : slowest;
        }

        return (count, slowest);
    }
}
