using ApiLb.Admin;
using Xunit;

namespace ApiLb.UnitTests.Admin;

public sealed class LoadBalancerReadinessTests
{
    /// <summary>+ a good observation, - a bad one, S the shutdown; expected: G green and R red after each.</summary>
    [Theory]
    [InlineData("+", "G")]
    [InlineData("---+", "RRRG")]
    [InlineData("+----------", "GGGGGGGGGGG")]
    [InlineData("+-----------", "GGGGGGGGGGGR")]
    [InlineData("+-----------++", "GGGGGGGGGGGRRR")]
    [InlineData("+-----------+++", "GGGGGGGGGGGRRRG")]
    [InlineData("+-----------++-+++", "GGGGGGGGGGGRRRRRRG")]
    [InlineData("+----------+----------", "GGGGGGGGGGGGGGGGGGGGGG")]
    [InlineData("+S", "GR")]
    [InlineData("+S++++", "GRRRRR")]
    [InlineData("S+", "RR")]
    public void Observations_ChangeItWithHysteresis(string observations, string expected)
    {
        var readiness = new LoadBalancerReadiness();
        var seen = "";
        foreach (var step in observations)
        {
            if (step == 'S')
            {
                readiness.BeginShutdown();
            }
            else
            {
                readiness.Observe(step == '+');
            }

            seen += readiness.IsReady ? 'G' : 'R';
        }

        Assert.Equal(expected, seen);
    }

    [Fact]
    public void Reason_SaysWhyInOneLine()
    {
        var readiness = new LoadBalancerReadiness();
        Assert.Equal("no backend has been usable yet", readiness.Reason);

        readiness.Observe(true);
        Assert.Equal("ok", readiness.Reason);

        for (var i = 0; i < LoadBalancerReadiness.Fall; i++)
        {
            readiness.Observe(false);
        }

        Assert.Equal("no backend is usable", readiness.Reason);
        readiness.BeginShutdown();
        Assert.Equal("shutting down", readiness.Reason);
    }
}
