using ApiLb.Telemetry;
using Xunit;

namespace ApiLb.UnitTests.Telemetry;

public sealed class RateMeterTests
{
    private readonly RateMeter _meter = new(TimeSpan.FromSeconds(3));

    [Fact]
    public void FirstSample_HasNoRate() => Assert.Equal(0, _meter.Sample(TimeSpan.FromSeconds(7), 100));

    [Fact]
    public void Rate_IsTheMeanOfTheLastSeconds()
    {
        _meter.Sample(TimeSpan.Zero, 0);

        Assert.Equal(5, _meter.Sample(TimeSpan.FromSeconds(2), 10));
    }

    [Fact]
    public void Rate_ForgetsWhatIsLongAgo()
    {
        for (var second = 0; second <= 10; second++)
        {
            _meter.Sample(TimeSpan.FromSeconds(second), 100);
        }

        Assert.Equal(2, _meter.Sample(TimeSpan.FromSeconds(11), 106));
    }
}
