using ApiLb.Telemetry;
using Xunit;

namespace ApiLb.UnitTests.Telemetry;

public sealed class StatusLineTests
{
    private readonly FakeTime _time = new();

    [Fact]
    public void OnePool_IsNotNamed()
    {
        var pool = Observed.Pool(_time, "cp1", "cp2");
        pool.Pass(0);
        pool.Pass(1);
        var listener = new ListenerCounters("l");
        listener.ConnectionAccepted();

        Assert.Equal("2/2 apiservers ready, 1 connection", StatusLine.Of([pool], [listener]));
    }

    [Fact]
    public void TwoPools_AreNamedAndFailOpenIsSaid()
    {
        var red = Observed.Pool(_time, "cp1");
        red.Redden(0);
        var green = Observed.Pool("other", _time, "x");
        green.Pass(0);

        Assert.Equal(
            "control-plane: 0/1 apiservers ready (failing open); other: 1/1 apiservers ready, 0 connections", StatusLine.Of([red, green], []));
    }
}
