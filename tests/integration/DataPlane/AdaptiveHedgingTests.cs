using ApiLb.Configuration;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.DataPlane;

/// <summary>
/// Hedging that follows the backend. The configured delay is half an hour, like every other time-out: only what the backend took
/// before can have helped in time.
/// </summary>
public sealed class AdaptiveHedgingTests : IAsyncDisposable
{
    private static readonly TimeSpan Floor = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(500);

    private readonly ScriptedBackend _cp1;
    private readonly ScriptedBackend _cp2 = ScriptedBackend.AnsweringWhile("cp2", () => true);
    private volatile bool _isCp1Awake = true;

    public AdaptiveHedgingTests() => _cp1 = ScriptedBackend.AnsweringWhile("cp1", () => _isCp1Awake);

    public async ValueTask DisposeAsync()
    {
        await _cp1.DisposeAsync();
        await _cp2.DisposeAsync();
    }

    [Fact]
    public async Task BackendThatWasQuickStalls_TheOtherAnswers()
    {
        await using var daemon = await RunningDaemon.StartAsync(Options(HedgeMode.Adaptive));
        await QuickAsync(daemon);
        _isCp1Awake = false;
        var started = TimeProvider.System.GetTimestamp();

        using var client = await SpeakAsync(daemon);

        Assert.Equal("cp2", await client.ReadLineAsync());
        Assert.True(TimeProvider.System.GetElapsedTime(started) >= Floor - TimeSpan.FromMilliseconds(5), "hedged before the floor");
        Assert.Equal((1, 1), (daemon.Backend("cp1").Counters.ConnectFailures, daemon.Backend("cp1").Counters.Failovers));
        Assert.Equal(1, _cp2.Hellos);
    }

    [Theory]
    [InlineData(nameof(HedgeMode.Fixed), true)]
    [InlineData(nameof(HedgeMode.Adaptive), false)]
    public async Task FixedOrNothingKnown_TheDelayIsTheConfiguredOne(string hedge, bool isKnown)
    {
        await using var daemon = await RunningDaemon.StartAsync(
            Options(Enum.Parse<HedgeMode>(hedge)).With((ConnectOptions c) => c with { TotalTimeout = Soon }));
        if (isKnown)
        {
            await QuickAsync(daemon);
        }

        _isCp1Awake = false;
        using var client = await SpeakAsync(daemon);

        Assert.Equal(ConnectionEnd.Reset, await client.EndAsync());
        Assert.Equal(0, _cp2.Hellos);
    }

    private static async Task<Client> SpeakAsync(RunningDaemon daemon)
    {
        var client = await daemon.ConnectAsync();
        await client.SendHelloAsync();
        return client;
    }

    /// <summary>Clients whose backend answers at once, until its average says so too, however slow the machine was in between.</summary>
    private static Task QuickAsync(RunningDaemon daemon) => Eventually.HoldsAsync(
        () =>
        {
            using var client = SpeakAsync(daemon).GetAwaiter().GetResult();
            Assert.Equal("cp1", client.ReadLineAsync().GetAwaiter().GetResult());
            return daemon.Backend("cp1").FirstByte.Recent(daemon.Daemon.Pools[0].Now) < Floor;
        },
        () => $"cp1 takes {daemon.Backend("cp1").FirstByte.Recent(daemon.Daemon.Pools[0].Now)} to its first byte");

    private ApiLbOptions Options(HedgeMode hedge) => Setup.Tls(_cp1.Options, _cp2.Options)
        .With((ConnectOptions c) => c with { Hedge = hedge, HedgeDelay = c.TotalTimeout });
}
