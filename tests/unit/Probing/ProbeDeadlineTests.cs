using ApiLb.Probing;
using Xunit;

namespace ApiLb.UnitTests.Probing;

public sealed class ProbeDeadlineTests
{
    private static readonly TimeSpan ThreeSeconds = TimeSpan.FromSeconds(3);

    private readonly FakeTime _time = new();

    [Fact]
    public void TimeUsedUp_CancelsOnTime()
    {
        using ProbeDeadline deadline = new(_time, ThreeSeconds, CancellationToken.None);

        _time.Advance(ThreeSeconds - TimeSpan.FromMilliseconds(5));
        Assert.False(deadline.Token.IsCancellationRequested);
        _time.Advance(TimeSpan.FromMilliseconds(10));
        Assert.True(deadline.Token.IsCancellationRequested);
        Assert.False(deadline.HasStalled);
    }

    [Fact]
    public void StallLongerThanTheTimeout_DoesNotUseTimeUp()
    {
        using ProbeDeadline deadline = new(_time, ThreeSeconds, CancellationToken.None);

        _time.Stall(TimeSpan.FromSeconds(30));

        Assert.False(deadline.Token.IsCancellationRequested);
        Assert.True(deadline.HasStalled);
    }

    [Fact]
    public void StallShorterThanTheTimeout_IsNoticedToo()
    {
        using ProbeDeadline deadline = new(_time, ThreeSeconds, CancellationToken.None);

        _time.Stall(TimeSpan.FromSeconds(2.9));

        Assert.True(deadline.HasStalled);
    }

    [Fact]
    public void AfterAStall_TheRestOfTheTimeStillEnds()
    {
        using ProbeDeadline deadline = new(_time, ThreeSeconds, CancellationToken.None);

        _time.Advance(TimeSpan.FromSeconds(1));
        _time.Stall(TimeSpan.FromSeconds(30));
        _time.Advance(TimeSpan.FromSeconds(2.5));

        Assert.True(deadline.Token.IsCancellationRequested);
    }

    [Fact]
    public void ASlowMachine_IsNotAStall()
    {
        using ProbeDeadline deadline = new(_time, ThreeSeconds, CancellationToken.None);

        for (var late = 0; late < 4; late++)
        {
            _time.Stall(TimeSpan.FromMilliseconds(800));
        }

        Assert.True(deadline.Token.IsCancellationRequested);
        Assert.False(deadline.HasStalled);
    }

    [Fact]
    public void Stop_CancelsAtOnce()
    {
        using CancellationTokenSource stop = new();
        using ProbeDeadline deadline = new(_time, ThreeSeconds, stop.Token);

        stop.Cancel();

        Assert.True(deadline.Token.IsCancellationRequested);
    }
}
