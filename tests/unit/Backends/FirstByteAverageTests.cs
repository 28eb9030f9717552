using ApiLb.Backends;
using Xunit;

namespace ApiLb.UnitTests.Backends;

public sealed class FirstByteAverageTests
{
    private static readonly TimeSpan Start = TimeSpan.FromHours(1);
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

    private readonly FirstByteAverage _average = new();

    [Fact]
    public void NothingRecorded_IsUnknown() => Assert.Null(_average.Recent(Start));

    [Fact]
    public void FirstSample_IsTheAverage()
    {
        _average.Record(Milliseconds(3), Start);

        Assert.Equal(Milliseconds(3), _average.Recent(Start));
    }

    [Fact]
    public void ClockAtItsBeginning_IsNoSpecialTime()
    {
        _average.Record(Milliseconds(3), TimeSpan.Zero);

        Assert.Equal(Milliseconds(3), _average.Recent(TimeSpan.Zero));
    }

    [Fact]
    public void OneOutlier_CountsForAnEighth()
    {
        _average.Record(Milliseconds(8), Start);
        _average.Record(Milliseconds(88), Start);

        Assert.Equal(Milliseconds(18), _average.Recent(Start));
    }

    [Theory]
    [InlineData(2, 100)]
    [InlineData(100, 2)]
    public void NewLatency_IsNearlyReachedAfterThirtySamples(int before, int now)
    {
        _average.Record(Milliseconds(before), Start);
        for (var i = 0; i < 30; i++)
        {
            _average.Record(Milliseconds(now), Start);
        }

        // (7/8)^30 is 0.018 of the 98 ms between them.
        Assert.InRange(_average.Recent(Start)!.Value, Milliseconds(now - 2), Milliseconds(now + 2));
    }

    [Fact]
    public void ThirtySecondsWithoutASample_IsUnknown()
    {
        _average.Record(Milliseconds(3), Start);

        Assert.NotNull(_average.Recent(Start + Fresh));
        Assert.Null(_average.Recent(Start + Fresh + TimeSpan.FromTicks(1)));
    }

    [Fact]
    public void SampleAfterThat_BeginsAnew()
    {
        _average.Record(Milliseconds(800), Start);
        _average.Record(Milliseconds(2), Start + (2 * Fresh));

        Assert.Equal(Milliseconds(2), _average.Recent(Start + (2 * Fresh)));
    }

    private static TimeSpan Milliseconds(int count) => TimeSpan.FromMilliseconds(count);
}
