using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Health;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.DataPlane;

/// <summary>Backends that connect and then fail, behind a tls listener. Policy first: the bad one is always tried first.</summary>
public sealed class HedgingTests : IAsyncDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(400);

    private readonly ClusterCa _ca = new();
    private readonly TlsBackend _good;
    private readonly ScriptedBackend _frozen = ScriptedBackend.Frozen("frozen");
    private readonly ScriptedBackend _alsoFrozen = ScriptedBackend.Frozen("also-frozen");

    public HedgingTests() => _good = new TlsBackend("good", _ca);

    public async ValueTask DisposeAsync()
    {
        await _good.DisposeAsync();
        await _frozen.DisposeAsync();
        await _alsoFrozen.DisposeAsync();
        _ca.Dispose();
    }

    [Fact]
    public async Task FrozenBackend_TheOtherAnswersTheSameHello()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tls(_frozen.Options, _good.Options));
        var started = TimeProvider.System.GetTimestamp();
        await using var client = await TlsClient.ConnectAsync(daemon.EndPoint, _ca);

        // No other time-out is shorter than half an hour: only hedging can have helped.
        Assert.Equal("good", client.Greeting);
        Assert.True(TimeProvider.System.GetElapsedTime(started) >= Setup.HedgeDelay - TimeSpan.FromMilliseconds(20));
        Assert.Equal((1, 1, 1), (_frozen.Hellos, _good.Hellos, _good.Handshakes));
        Assert.Equal([1, 2, 3], await client.EchoAsync([1, 2, 3]));
    }

    [Fact]
    public async Task FrozenBackend_IsCountedAndSuspected()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tls(_frozen.Options, _good.Options));
        await using var client = await TlsClient.ConnectAsync(daemon.EndPoint, _ca);

        var frozen = daemon.Backend("frozen").Counters;
        Assert.Equal((1, 1, 0, 0), (frozen.ConnectFailures, frozen.Failovers, frozen.Connections, frozen.Active));
        Assert.Contains(daemon.Log, line => line.Contains("frozen Ready -> Suspect: a client's connection got no first byte", StringComparison.Ordinal));
        Assert.Equal(1, daemon.Backend("good").Counters.Connections);
    }

    [Fact]
    public async Task TwoFrozenBackends_TheThirdAnswers()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tls(_frozen.Options, _alsoFrozen.Options, _good.Options));
        await using var client = await TlsClient.ConnectAsync(daemon.EndPoint, _ca);

        Assert.Equal("good", client.Greeting);
        Assert.Equal((1, 1, 1), (_frozen.Hellos, _alsoFrozen.Hellos, _good.Hellos));
        Assert.Equal((1, 1), (daemon.Backend("frozen").Counters.Failovers, daemon.Backend("also-frozen").Counters.Failovers));
    }

    [Fact]
    public async Task OnlyFrozenBackends_AreAFirstByteTimeout()
    {
        await using var daemon = await RunningDaemon.StartAsync(
            Setup.Tls(_frozen.Options, _alsoFrozen.Options).With((ConnectOptions c) => c with { TotalTimeout = Soon * 2, HedgeDelay = Soon }));

        await Assert.ThrowsAsync<IOException>(() => TlsClient.ConnectAsync(daemon.EndPoint, _ca));

        await daemon.ClosesReachAsync(CloseReason.FirstByteTimeout, 1);
        Assert.Equal((1, 1), (_frozen.Hellos, _alsoFrozen.Hellos));
    }

    [Fact]
    public async Task TotalTimeoutBeforeEveryBackendWasTried_EndsTheSearch()
    {
        await using var daemon = await RunningDaemon.StartAsync(
            Setup.Tls(_frozen.Options, _alsoFrozen.Options, _good.Options)
                .With((ConnectOptions c) => c with { TotalTimeout = Soon, HedgeDelay = Soon * 10 }));

        await Assert.ThrowsAsync<IOException>(() => TlsClient.ConnectAsync(daemon.EndPoint, _ca));

        await daemon.ClosesReachAsync(CloseReason.FirstByteTimeout, 1);
        Assert.Equal((1, 0), (_frozen.Hellos, _good.Hellos));
    }

    [Fact]
    public async Task NoHedging_WaitsForTheFirst()
    {
        await using var daemon = await RunningDaemon.StartAsync(
            Setup.Tls(_frozen.Options, _good.Options).With((ConnectOptions c) => c with { TotalTimeout = Soon, HedgeDelay = TimeSpan.Zero }));

        await Assert.ThrowsAsync<IOException>(() => TlsClient.ConnectAsync(daemon.EndPoint, _ca));

        Assert.Equal(0, _good.Hellos);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task BackendThatEndsBeforeItsFirstByte_TheOtherAnswersTheSameHello(bool isReset)
    {
        await using var bad = isReset ? ScriptedBackend.Resetting("bad") : ScriptedBackend.Closing("bad");
        await using var daemon = await RunningDaemon.StartAsync(
            Setup.Tls(bad.Options, _good.Options).With((ConnectOptions c) => c with { HedgeDelay = TimeSpan.Zero }));
        await using var client = await TlsClient.ConnectAsync(daemon.EndPoint, _ca);

        Assert.Equal("good", client.Greeting);
        Assert.Equal((1, 1), (bad.Hellos, _good.Hellos));
        Assert.Equal((1, 1), (daemon.Backend("bad").Counters.ConnectFailures, daemon.Backend("bad").Counters.Failovers));
    }

    [Fact]
    public async Task BackendThatBreaksAfterItsFirstByte_IsNotReplayed()
    {
        await using var bad = ScriptedBackend.BreakingAfterItsFirstByte("bad");
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tls(bad.Options, _good.Options));
        using var client = await daemon.ConnectAsync();
        await client.SendHelloAsync();
        await Eventually.HoldsAsync(() => daemon.Backend("bad").Counters.BytesToClient == 1, () => "no first byte yet");
        await client.SendAsync([0]);

        Assert.Equal(ConnectionEnd.Reset, await client.EndAsync());
        Assert.Equal("!", client.Received());
        Assert.Equal(0, _good.Hellos);
        await daemon.ClosesReachAsync(CloseReason.ServerReset, 1);
    }

    [Fact]
    public async Task ClientThatLeavesWhileItsBackendIsFrozen_IsNotTheBackendsFault()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tls(_frozen.Options));
        var client = await daemon.ConnectAsync();
        await client.SendHelloAsync();
        await Eventually.HoldsAsync(() => _frozen.Hellos == 1, () => "no hello yet");

        client.Reset();

        await daemon.ClosesReachAsync(CloseReason.ClientReset, 1);
        Assert.Equal(0, daemon.Backend("frozen").Counters.ConnectFailures);
        Assert.Equal(HealthStatus.Ready, daemon.Backend("frozen").Health.Current.Status);
    }
}
