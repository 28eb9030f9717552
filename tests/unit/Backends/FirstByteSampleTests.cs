using ApiLb.Backends;
using Xunit;

namespace ApiLb.UnitTests.Backends;

public sealed class FirstByteSampleTests
{
    private readonly FirstByteSample _sample = new();

    [Fact]
    public void Nothing_HasNoPercentile() => Assert.Null(_sample.Percentile(0.5));

    [Fact]
    public void One_IsEveryPercentile()
    {
        Record(7);

        Assert.Equal((7, 7), (Milliseconds(0.5), Milliseconds(0.99)));
    }

    [Fact]
    public void Hundred_AreCountedFromTheFastest()
    {
        Record([.. Enumerable.Range(1, 100).Reverse()]);

        Assert.Equal((50, 99, 100), (Milliseconds(0.5), Milliseconds(0.99), Milliseconds(1)));
    }

    [Fact]
    public void OldOnes_AreForgotten()
    {
        Record([.. Enumerable.Repeat(1000, FirstByteSample.Size)]);
        Record([.. Enumerable.Repeat(1, FirstByteSample.Size)]);

        Assert.Equal(1, Milliseconds(1));
    }

    [Fact]
    public void Ages_CountAsAnHour()
    {
        _sample.Record(TimeSpan.FromDays(365));

        Assert.Equal(TimeSpan.FromHours(1), _sample.Percentile(0.5));
    }

    private void Record(params int[] milliseconds) => Assert.All(milliseconds, m => _sample.Record(TimeSpan.FromMilliseconds(m)));

    private double? Milliseconds(double share) => _sample.Percentile(share)?.TotalMilliseconds;
}
