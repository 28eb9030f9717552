using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Health;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.DataPlane;

/// <summary>Backends that cannot be reached, behind a tcp listener. Policy first: cp1 is always tried first.</summary>
public sealed class FailoverTests : IAsyncDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(300);

    private readonly NamedBackend _cp1 = new("cp1");
    private readonly NamedBackend _cp2 = new("cp2");
    private readonly SilentHost _silent = new("silent");

    public async ValueTask DisposeAsync()
    {
        await _cp1.DisposeAsync();
        await _cp2.DisposeAsync();
        _silent.Dispose();
    }

    [Fact]
    public async Task RefusedBackend_TheOtherServesTheSameConnection()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_cp1.Options, _cp2.Options));
        await _cp1.StopAsync();
        using var client = await daemon.ConnectAsync();

        Assert.Equal("cp2 one", await client.AskAsync("one"));
        Assert.Equal("cp2 two", await client.AskAsync("two"));
        Assert.Equal(["one", "two"], _cp2.Lines);
    }

    [Fact]
    public async Task RefusedBackend_NothingSentMeanwhileIsLost()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_cp1.Options, _cp2.Options));
        await _cp1.StopAsync();
        using var client = await daemon.ConnectAsync();
        var lines = Enumerable.Range(0, 20_000).Select(i => $"line {i}").ToArray();

        await client.SendAsync(string.Join('\n', lines) + "\n");
        client.FinishSending();

        Assert.Equal(ConnectionEnd.Eof, await client.EndAsync());
        Assert.Equal(string.Concat(lines.Select(l => $"cp2 {l}\n")), client.Received());
    }

    [Fact]
    public async Task RefusedBackend_IsCountedAndSuspectedThenDead()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_cp1.Options, _cp2.Options));
        await _cp1.StopAsync();
        Assert.Equal(["cp2"], await daemon.ServersOfAsync(1));

        await daemon.StatusBecomesAsync("cp1", HealthStatus.Dead);

        var cp1 = daemon.Backend("cp1").Counters;
        Assert.Equal((1, 1, 0), (cp1.ConnectFailures, cp1.Failovers, cp1.Connections));
        Assert.Equal((0, 0, 1), (daemon.Backend("cp2").Counters.ConnectFailures, daemon.Backend("cp2").Counters.Failovers, daemon.Backend("cp2").Counters.Connections));
    }

    [Fact]
    public async Task EverybodyRefuses_TheClientIsResetAtOnce()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_cp1.Options, _cp2.Options));
        await _cp1.StopAsync();
        await _cp2.StopAsync();

        Assert.Equal(ConnectionEnd.Reset, await Client.EndOfSilentAsync(daemon.EndPoint));
        await daemon.ClosesReachAsync(CloseReason.Refused, 1);
        Assert.Equal(1, await daemon.MetricAsync($"apilb_no_backend_total{{listener=\"{Setup.Listener}\"}}"));
        Assert.Equal(0, daemon.Backend("cp1").Counters.Failovers);
    }

    [Fact]
    public async Task EverybodyDead_IsStillTriedAndFailsAtOnce()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_cp1.Options).WithBusyChecks());
        await _cp1.StopAsync();
        await daemon.StatusBecomesAsync("cp1", HealthStatus.Dead);
        var started = TimeProvider.System.GetTimestamp();

        Assert.Equal(ConnectionEnd.Reset, await Client.EndOfSilentAsync(daemon.EndPoint));

        // 100 ms are promised; a busy test machine gets more, and still far less than any time-out.
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task SilentHost_TheOtherServesAfterTheHedgeDelay()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_silent.Options, _cp2.Options));
        await _silent.VanishAsync();
        var started = TimeProvider.System.GetTimestamp();
        using var client = await daemon.ConnectAsync();

        // No other time-out is shorter than half an hour: only hedging can have helped.
        Assert.Equal("cp2", await client.WhoAsync());
        Assert.True(TimeProvider.System.GetElapsedTime(started) >= Setup.HedgeDelay - TimeSpan.FromMilliseconds(20));
        var silent = daemon.Backend("silent").Counters;
        Assert.Equal((1, 1), (silent.ConnectFailures, silent.Failovers));
    }

    [Fact]
    public async Task SilentHostWithoutHedging_TheOtherServesAfterTheConnectTimeout()
    {
        var options = Setup.Tcp(_silent.Options, _cp2.Options).With((ConnectOptions c) => c with { HedgeDelay = TimeSpan.Zero, Timeout = Soon });
        await using var daemon = await RunningDaemon.StartAsync(options);
        await _silent.VanishAsync();

        Assert.Equal(["cp2"], await daemon.ServersOfAsync(1));
    }

    [Fact]
    public async Task OnlyASilentHost_IsAConnectTimeout()
    {
        await using var daemon = await RunningDaemon.StartAsync(
            Setup.Tcp(_silent.Options).With((ConnectOptions c) => c with { Timeout = Soon }));
        await _silent.VanishAsync();
        using var client = await daemon.ConnectAsync();

        Assert.Equal(ConnectionEnd.Reset, await client.EndAsync());
        await daemon.ClosesReachAsync(CloseReason.ConnectTimeout, 1);
    }

    [Fact]
    public async Task OnlyASilentHost_TotalTimeoutEndsTheSearch()
    {
        await using var daemon = await RunningDaemon.StartAsync(
            Setup.Tcp(_silent.Options).With((ConnectOptions c) => c with { TotalTimeout = Soon }));
        await _silent.VanishAsync();
        using var client = await daemon.ConnectAsync();

        Assert.Equal(ConnectionEnd.Reset, await client.EndAsync());
        await daemon.ClosesReachAsync(CloseReason.ConnectTimeout, 1);
    }

    [Fact]
    public async Task ClientThatLeavesWhileDialling_IsNotTheBackendsFault()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_silent.Options));
        await _silent.VanishAsync();
        var client = await daemon.ConnectAsync();
        await Eventually.HoldsAsync(() => daemon.Backend("silent").Counters.Active == 1, () => "not dialled yet");

        client.Reset();

        await daemon.ClosesReachAsync(CloseReason.ClientReset, 1);
        Assert.Equal(0, daemon.Backend("silent").Counters.ConnectFailures);
        Assert.Equal(HealthStatus.Ready, daemon.Backend("silent").Health.Current.Status);
    }

    [Fact]
    public async Task BackendThatDiesWhileServing_ResetsItsClients()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_cp1.Options, _cp2.Options));
        using var client = await daemon.ConnectAsync();
        await client.WhoAsync();

        await _cp1.StopAsync();

        Assert.Equal(ConnectionEnd.Reset, await client.EndAsync());
        await daemon.ClosesReachAsync(CloseReason.ServerReset, 1);
        Assert.Empty(_cp2.Lines);
    }
}
