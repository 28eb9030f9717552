using System.Diagnostics;
using ApiLb.Transport;
using Xunit;

namespace ApiLb.TransportTests;

/// <summary>One side has finished and the other says nothing: how long that may last.</summary>
public sealed class HalfClosedTimeoutTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(400);
    private static readonly RelayServerOptions Options = new() { HalfClosedTimeout = Timeout };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OtherSideIsSilent_IsCutWithReset(bool clientFinishes)
    {
        await using var pair = await RelayedPair.OpenAsync(Options);
        var (finisher, silent) = clientFinishes ? (pair.Client, pair.Backend) : (pair.Backend, pair.Client);

        var started = Stopwatch.GetTimestamp();
        finisher.FinishSending();

        Assert.Equal(RelayEnd.HalfClosedTimeout, (await pair.ResultAsync()).End);
        Assert.True(Stopwatch.GetElapsedTime(started) >= Timeout, "the timeout was over before its time");
        Assert.Equal(StreamEnd.Reset, await finisher.EndAsync());
        await silent.IsResetAsync();
    }

    [Fact]
    public async Task BytesStillMove_IsNotCut()
    {
        await using var pair = await Chatter.SpeakAsync(
            async () =>
            {
                var opened = await RelayedPair.OpenAsync(Options);
                opened.Client.FinishSending();
                return (opened, opened.Backend, opened.Client);
            },
            Timeout);

        Assert.Equal(RelayEnd.HalfClosedTimeout, (await pair.ResultAsync()).End);
    }

    [Fact]
    public async Task NobodyHasFinished_SilenceIsNoReason()
    {
        await using var pair = await RelayedPair.OpenAsync(Options);

        await Eventually.StaysAsync(3 * Timeout, () => pair.Relay.Open, open => open == 1, "one open connection");

        await pair.Client.SendAsync(new byte[1]);
        await pair.Backend.ReadAsync(1);
    }

    [Fact]
    public async Task BothFinishInTime_TimerDoesNotOutliveTheRelay()
    {
        await using var pair = await RelayedPair.OpenAsync(Options);

        pair.Client.FinishSending();
        await pair.Backend.EndAsync();
        pair.Backend.FinishSending();

        Assert.Equal(RelayEnd.ClientFinished, (await pair.ResultAsync()).End);
        Assert.Equal(StreamEnd.Fin, await pair.Client.EndAsync());
    }
}
