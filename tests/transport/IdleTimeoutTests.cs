using System.Diagnostics;
using ApiLb.Transport;
using Xunit;

namespace ApiLb.TransportTests;

/// <summary>Neither side says anything: how long that may last, where it has a limit.</summary>
public sealed class IdleTimeoutTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);
    private static readonly RelayServerOptions Options = new() { IdleTimeout = Timeout, HalfClosedTimeout = Long };

    [Fact]
    public async Task BothSidesAreSilent_IsCutWithReset()
    {
        var started = Stopwatch.GetTimestamp();
        await using var pair = await RelayedPair.OpenAsync(Options);

        Assert.Equal(RelayEnd.IdleTimeout, (await pair.ResultAsync()).End);
        Assert.True(Stopwatch.GetElapsedTime(started) >= Timeout, "the timeout was over before its time");
        Assert.Equal(StreamEnd.Reset, await pair.Client.EndAsync());
        await pair.Backend.IsResetAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OneSideSpeaks_IsCutOnlyAfterItStops(bool clientSpeaks)
    {
        await using var pair = await Chatter.SpeakAsync(
            async () =>
            {
                var opened = await RelayedPair.OpenAsync(Options);
                return clientSpeaks ? (opened, opened.Client, opened.Backend) : (opened, opened.Backend, opened.Client);
            },
            Timeout);

        Assert.Equal(RelayEnd.IdleTimeout, (await pair.ResultAsync()).End);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OneSideFinishes_TheHalfClosedTimeoutTakesOver(bool clientFinishes)
    {
        await using var pair = await RelayedPair.OpenAsync(Options with { HalfClosedTimeout = 4 * Timeout });

        var started = Stopwatch.GetTimestamp();
        (clientFinishes ? pair.Client : pair.Backend).FinishSending();

        Assert.Equal(RelayEnd.HalfClosedTimeout, (await pair.ResultAsync()).End);
        Assert.True(Stopwatch.GetElapsedTime(started) >= 4 * Timeout, "the idle timeout was still on");
    }

    [Fact]
    public async Task OneSideFinishesAndThatHasNoLimit_SilenceStillHas()
    {
        await using var pair = await RelayedPair.OpenAsync(Options with { HalfClosedTimeout = TimeSpan.Zero });

        pair.Client.FinishSending();

        Assert.Equal(RelayEnd.IdleTimeout, (await pair.ResultAsync()).End);
    }

    [Fact]
    public async Task BothFinishInTime_IsNotIdle()
    {
        await using var pair = await RelayedPair.OpenAsync(Options);

        pair.Client.FinishSending();
        await pair.Backend.EndAsync();
        pair.Backend.FinishSending();

        Assert.Equal(RelayEnd.ClientFinished, (await pair.ResultAsync()).End);
        Assert.Equal(StreamEnd.Fin, await pair.Client.EndAsync());
    }

    [Fact]
    public async Task Zero_IsForEver()
    {
        await using var pair = await RelayedPair.OpenAsync(Options with { IdleTimeout = TimeSpan.Zero });

        await Eventually.StaysAsync(3 * Timeout, () => pair.Relay.Open, open => open == 1, "one open connection");

        await pair.Client.SendAsync(new byte[1]);
        await pair.Backend.ReadAsync(1);
    }
}
