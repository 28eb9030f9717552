using ApiLb.Transport;
using Xunit;

namespace ApiLb.TransportTests;

/// <summary>Waking the owner of a race from outside.</summary>
public sealed class DialRaceWakeTests : IAsyncLifetime
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(30);

    private HeldClient _held = null!;

    public async ValueTask InitializeAsync() => _held = await HeldClient.OpenAsync();

    public ValueTask DisposeAsync() => _held.DisposeAsync();

    [Fact]
    public async Task WokenWhileItWaits_EndsTheWait()
    {
        var race = _held.Client.Dial(default);
        var waiting = race.NextAsync(Long);

        race.Wake();

        Assert.Equal(new DialEvent(DialEventKind.Woken), await waiting.InTime());
        race.End();
    }

    [Fact]
    public async Task WokenBefore_IsKept()
    {
        var race = _held.Client.Dial(default);
        race.Wake();
        await _held.RoundOverAsync();

        Assert.Equal(new DialEvent(DialEventKind.Woken), await race.NextAsync(Long).InTime());
        race.End();
    }

    [Fact]
    public async Task WokenByAnyThread_TheOwnerContinuesOnTheReactor()
    {
        var race = _held.Client.Dial(default);
        var isReactor = IsReactorAfterAsync(race);

        race.Wake();

        Assert.True(await isReactor.InTime());
        race.End();
    }

    [Fact]
    public async Task WokenOnce_TheNextWaitIsNotCutShort()
    {
        var race = _held.Client.Dial(default);
        race.Wake();
        await race.NextAsync(Long).InTime();

        Assert.Equal(DialEventKind.PatienceOver, (await race.NextAsync(Short).InTime()).Kind);
        race.End();
    }

    [Fact]
    public async Task WokenBesideAnAttempt_BothAreTold()
    {
        using var backend = new Backend();
        var race = _held.Client.Dial(default);
        var attempt = race.Start(backend.Target, tag: null);
        race.Wake();

        DialEvent[] events = [await race.NextAsync(Long).InTime(), await race.NextAsync(Long).InTime()];

        Assert.Equal([DialEventKind.Connected, DialEventKind.Woken], events.Select(e => e.Kind).Order());
        race.End();
        attempt.Reset();
    }

    [Fact]
    public async Task WokenAfterItsEnd_DisturbsNobody()
    {
        var ended = _held.Client.Dial(default);
        ended.End();
        ended.Wake();
        var next = _held.Client.Dial(default);

        Assert.Equal(DialEventKind.PatienceOver, (await next.NextAsync(Short).InTime()).Kind);
        next.End();
    }

    private async Task<bool> IsReactorAfterAsync(DialRace race)
    {
        await race.NextAsync(Long).ConfigureAwait(false);
        return _held.Reactor.IsCurrentThread;
    }
}
