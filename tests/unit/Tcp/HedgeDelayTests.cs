using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Health;
using ApiLb.Tcp;
using Xunit;

namespace ApiLb.UnitTests.Tcp;

public sealed class HedgeDelayTests
{
    private static readonly TimeSpan Now = TimeSpan.FromHours(1);
    private static readonly ConnectOptions Adaptive = new() { Hedge = HedgeMode.Adaptive };

    [Theory]
    [InlineData(1, 50)]
    [InlineData(12, 50)]
    [InlineData(13, 52)]
    [InlineData(100, 400)]
    [InlineData(249, 996)]
    [InlineData(2000, 1000)]
    public void Adaptive_IsFourAveragesWithinItsBounds(int average, int delay) =>
        Assert.Equal(delay, new HedgeDelay(Adaptive).For(BackendThatTook(average), Now).TotalMilliseconds);

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public void ConnectTimeoutBelowTheFloor_IsTheBound(int average)
    {
        var options = Adaptive with { Timeout = TimeSpan.FromMilliseconds(20) };

        Assert.Equal(options.Timeout, new HedgeDelay(options).For(BackendThatTook(average), Now));
    }

    [Fact]
    public void Fixed_DoesNotFollowTheBackend() =>
        Assert.Equal(new ConnectOptions().HedgeDelay, new HedgeDelay(new ConnectOptions()).For(BackendThatTook(1), Now));

    [Fact]
    public void NothingKnownOfTheBackend_IsTheConfiguredDelay() =>
        Assert.Equal(Adaptive.HedgeDelay, new HedgeDelay(Adaptive).For(BackendThatTook(null), Now));

    [Fact]
    public void NothingKnownLately_IsTheConfiguredDelay() =>
        Assert.Equal(Adaptive.HedgeDelay, new HedgeDelay(Adaptive).For(BackendThatTook(1), Now + TimeSpan.FromSeconds(31)));

    [Theory]
    [InlineData(0, false)]
    [InlineData(10, true)]
    public void DelayOfZero_IsOff(int milliseconds, bool isOn) =>
        Assert.Equal(isOn, new HedgeDelay(Adaptive with { HedgeDelay = TimeSpan.FromMilliseconds(milliseconds) }).IsOn);

    private static Backend BackendThatTook(int? milliseconds)
    {
        var options = new BackendOptions { Name = "cp1", Address = new BackendAddress("10.0.0.1", 6443) };
        Backend backend = new("control-plane", options, new HealthPolicy(2, 2, TimeSpan.Zero, TimeSpan.FromSeconds(10)));
        if (milliseconds is { } took)
        {
            backend.FirstByte.Record(TimeSpan.FromMilliseconds(took), Now);
        }

        return backend;
    }
}
