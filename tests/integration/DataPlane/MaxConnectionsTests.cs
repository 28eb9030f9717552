using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Health;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.DataPlane;

/// <summary>Backends with maxConnections. Policy first: cp1 is always tried first.</summary>
public sealed class MaxConnectionsTests : IAsyncDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(300);
    private static readonly QueueOptions ForLong = new() { Timeout = TimeSpan.FromMinutes(30) };

    private readonly NamedBackend _cp1 = new("cp1");
    private readonly NamedBackend _cp2 = new("cp2");

    public async ValueTask DisposeAsync()
    {
        await _cp1.DisposeAsync();
        await _cp2.DisposeAsync();
    }

    [Fact]
    public async Task PlacesTaken_TheOtherServesUntilOneIsFree()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(Limited(_cp1, 2), _cp2.Options));
        using var one = await ServedAsync(daemon, "cp1");
        using var two = await ServedAsync(daemon, "cp1");
        using var three = await ServedAsync(daemon, "cp2");

        one.Dispose();
        await Eventually.HoldsAsync(() => daemon.Backend("cp1").Counters.Active == 1, () => $"{daemon.Backend("cp1").Counters.Active} active");

        Assert.Equal(["cp1"], await daemon.ServersOfAsync(1));
        Assert.Equal((0, HealthStatus.Ready), (daemon.Backend("cp1").Counters.ConnectFailures, daemon.Backend("cp1").Health.Current.Status));
    }

    [Fact]
    public async Task EverybodyFull_ClientsAreServedInTheirOrder()
    {
        await using var daemon = await RunningDaemon.StartAsync(OnePlace(ForLong));
        var holder = await ServedAsync(daemon, "cp1");
        List<Client> waiting = [];
        for (var i = 1; i <= 4; i++)
        {
            waiting.Add(await daemon.ConnectAsync());
            await waiting[^1].SendAsync($"client {i}\n");
            await daemon.LineBecomesAsync(i);
        }

        holder.Dispose();
        for (var i = 1; i <= 4; i++)
        {
            Assert.Equal($"cp1 client {i}", await waiting[i - 1].ReadLineAsync());
            waiting[i - 1].Dispose();
        }

        Assert.Equal(["who", "client 1", "client 2", "client 3", "client 4"], _cp1.Lines);
    }

    [Fact]
    public async Task NewcomerWhileSomebodyWaits_IsNotServedBeforeThem()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(Limited(_cp1, 2)).With(p => p with { Queue = ForLong }));
        var holders = new[] { await ServedAsync(daemon, "cp1"), await ServedAsync(daemon, "cp1") };
        using var first = await daemon.ConnectAsync();
        await daemon.LineBecomesAsync(1);
        using var newcomer = await daemon.ConnectAsync();
        await daemon.LineBecomesAsync(2);

        holders[0].Dispose();
        Assert.Equal("cp1 first", await first.AskAsync("first"));
        await daemon.LineBecomesAsync(1);
        holders[1].Dispose();

        Assert.Equal("cp1 newcomer", await newcomer.AskAsync("newcomer"));
        await daemon.LineBecomesAsync(0);
    }

    [Fact]
    public async Task NobodyLeavesInTime_IsResetAsALimitAndNoFailure()
    {
        await using var daemon = await RunningDaemon.StartAsync(OnePlace(new QueueOptions { Timeout = Soon }));
        using var holder = await ServedAsync(daemon, "cp1");
        var started = TimeProvider.System.GetTimestamp();

        Assert.Equal(ConnectionEnd.Reset, await Client.EndOfSilentAsync(daemon.EndPoint));

        Assert.True(TimeProvider.System.GetElapsedTime(started) >= Soon - TimeSpan.FromMilliseconds(20));
        await daemon.ClosesReachAsync(CloseReason.LimitBackend, 1);
        Assert.Equal((0, HealthStatus.Ready), (daemon.Backend("cp1").Counters.ConnectFailures, daemon.Backend("cp1").Health.Current.Status));
        Assert.Equal(0, daemon.Daemon.Pools[0].Line.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task LineIsFull_TheNextIsResetAtOnce(int maxLength)
    {
        await using var daemon = await RunningDaemon.StartAsync(OnePlace(ForLong with { MaxLength = maxLength }));
        using var holder = await ServedAsync(daemon, "cp1");
        List<Client> waiting = [];
        for (var i = 1; i <= maxLength; i++)
        {
            waiting.Add(await daemon.ConnectAsync());
            await daemon.LineBecomesAsync(i);
        }

        Assert.Equal(ConnectionEnd.Reset, await Client.EndOfSilentAsync(daemon.EndPoint));
        await daemon.ClosesReachAsync(CloseReason.LimitBackend, 1);
        waiting.ForEach(c => c.Dispose());
    }

    [Fact]
    public async Task ClientLeavesWhileItWaits_MakesRoomAndIsNobodysFault()
    {
        await using var daemon = await RunningDaemon.StartAsync(OnePlace(ForLong));
        var holder = await ServedAsync(daemon, "cp1");
        var leaving = await daemon.ConnectAsync();
        await daemon.LineBecomesAsync(1);
        using var staying = await daemon.ConnectAsync();
        await daemon.LineBecomesAsync(2);

        leaving.Reset();
        await daemon.ClosesReachAsync(CloseReason.ClientReset, 1);
        await daemon.LineBecomesAsync(1);
        holder.Dispose();

        Assert.Equal("cp1", await staying.WhoAsync());
        Assert.Equal((0, HealthStatus.Ready), (daemon.Backend("cp1").Counters.ConnectFailures, daemon.Backend("cp1").Health.Current.Status));
    }

    [Fact]
    public async Task DaemonStops_ThoseWhoWaitAreResetToo()
    {
        await using var daemon = await RunningDaemon.StartAsync(OnePlace(ForLong));
        using var holder = await ServedAsync(daemon, "cp1");
        using var waiting = await daemon.ConnectAsync();
        await daemon.LineBecomesAsync(1);

        await daemon.StopAsync(new CancellationToken(canceled: true));

        Assert.Equal(ConnectionEnd.Reset, await waiting.EndAsync());
        await daemon.ClosesReachAsync(CloseReason.Shutdown, 2);
    }

    [Fact]
    public async Task BackendComesBack_ThoseWhoWaitGoThere()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(Limited(_cp1, 1), _cp2.Options).With(p => p with { Queue = ForLong }));
        var pool = daemon.Daemon.Pools[0];
        pool.SetMode(daemon.Backend("cp2"), OperatorMode.Maint);
        using var holder = await ServedAsync(daemon, "cp1");
        using var one = await daemon.ConnectAsync();
        await daemon.LineBecomesAsync(1);
        using var two = await daemon.ConnectAsync();
        await daemon.LineBecomesAsync(2);

        pool.SetMode(daemon.Backend("cp2"), OperatorMode.Ready);

        Assert.Equal(("cp2", "cp2"), (await one.WhoAsync(), await two.WhoAsync()));
    }

    /// <summary>Whatever the order, an attempt that fails must not call the one who made it to make it again.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RefusedBackendBesideAFullOne_IsNotTriedOverAndOver(bool isFullOneFirst)
    {
        const int Clients = 5;
        BackendOptions[] backends = [Limited(_cp1, 1), Limited(_cp2, 100)];
        await using var daemon = await RunningDaemon.StartAsync(
            Setup.Tcp(isFullOneFirst ? backends : [.. backends.Reverse()]).With(p => p with { Queue = ForLong }));
        await _cp2.StopAsync();
        List<Client> clients = [await ServedAsync(daemon, "cp1")];
        for (var i = 1; i <= Clients; i++)
        {
            clients.Add(await daemon.ConnectAsync());
            await daemon.LineBecomesAsync(i);
        }

        await daemon.StatusBecomesAsync("cp2", HealthStatus.Dead);

        // The one served tries once; each other once when it comes and once in the line, for each state of the pool: ready, suspect.
        Assert.InRange(daemon.Backend("cp2").Counters.ConnectFailures, 1, 1 + (Clients * 4));
        clients[0].Dispose();
        Assert.Equal("cp1", await clients[1].WhoAsync());
        clients.ForEach(c => c.Dispose());
    }

    [Fact]
    public async Task HedgeAttempts_TakePlacesToo()
    {
        await using var frozen = ScriptedBackend.Frozen("frozen");
        await using var alsoFrozen = ScriptedBackend.Frozen("also-frozen");
        await using var daemon = await RunningDaemon.StartAsync(
            Setup.Tls(frozen.Options with { MaxConnections = 1 }, alsoFrozen.Options with { MaxConnections = 1 })
                .With(p => p with { Queue = new QueueOptions { MaxLength = 0 } }));
        using var one = await SpeakAsync(daemon);
        await Eventually.HoldsAsync(() => frozen.Hellos + alsoFrozen.Hellos == 2, () => $"{frozen.Hellos} and {alsoFrozen.Hellos} hellos");

        using var two = await SpeakAsync(daemon);

        Assert.Equal(ConnectionEnd.Reset, await two.EndAsync());
        await daemon.ClosesReachAsync(CloseReason.LimitBackend, 1);
        Assert.Equal((1, 1), (daemon.Backend("frozen").Counters.Active, daemon.Backend("also-frozen").Counters.Active));
        Assert.Equal((1, 1), (frozen.Hellos, alsoFrozen.Hellos));
    }

    [Fact]
    public async Task ThirdBackendIsFull_TheSilentOnesAreNotGivenUpForIt()
    {
        TaskCompletionSource gate = new();
        await using var late = ScriptedBackend.AnsweringAfter("late", gate.Task);
        await using var frozen = ScriptedBackend.Frozen("frozen");
        await using var daemon = await RunningDaemon.StartAsync(
            Setup.Tls(late.Options, frozen.Options, _cp1.Options with { MaxConnections = 1, IsBackup = true }));
        Assert.True(daemon.Backend("cp1").TryEnter());
        using var client = await SpeakAsync(daemon);
        await Eventually.HoldsAsync(() => late.Hellos + frozen.Hellos == 2, () => $"{late.Hellos} and {frozen.Hellos} hellos");
        var started = TimeProvider.System.GetTimestamp();
        await Eventually.HoldsAsync(() => TimeProvider.System.GetElapsedTime(started) > 2 * Setup.HedgeDelay, () => "the third's turn has not come");

        gate.SetResult();

        Assert.Equal("late", await client.ReadLineAsync());
        daemon.Backend("cp1").Leave();
    }

    [Fact]
    public async Task ManyClientsForFewPlaces_EverybodyIsServedAndThePlacesAreKept()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(Limited(_cp1, 2), Limited(_cp2, 1)).With(p => p with { Queue = ForLong }));
        var most = 0L;

        var names = await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            using var client = await daemon.ConnectAsync();
            var name = await client.WhoAsync();
            most = Math.Max(most, daemon.Backend("cp1").Counters.Active);
            return name;
        }));

        Assert.Equal(100, names.Length);
        Assert.InRange(most, 1, 2);
        await daemon.LineBecomesAsync(0);
        Assert.Equal(0, daemon.Counters.Closes(CloseReason.LimitBackend));
    }

    private static BackendOptions Limited(NamedBackend backend, int connections) => backend.Options with { MaxConnections = connections };

    private ApiLbOptions OnePlace(QueueOptions queue) => Setup.Tcp(Limited(_cp1, 1)).With(p => p with { Queue = queue });

    private static async Task<Client> ServedAsync(RunningDaemon daemon, string backend)
    {
        var client = await daemon.ConnectAsync();
        Assert.Equal(backend, await client.WhoAsync());
        return client;
    }

    private static async Task<Client> SpeakAsync(RunningDaemon daemon)
    {
        var client = await daemon.ConnectAsync();
        await client.SendHelloAsync();
        return client;
    }
}
