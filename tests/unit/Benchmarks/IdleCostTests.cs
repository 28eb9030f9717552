using ApiLb.Benchmarks.IdleCost;
using Xunit;

namespace ApiLb.UnitTests.Benchmarks;

/// <summary>The arithmetic of the benchmark <c>idle-cost</c>.</summary>
public sealed class IdleCostTests
{
    private const long Kibibyte = 1024;

    [Fact]
    public void ReadingsWithWhatComesOnTop_AgreeOnTheLowest()
    {
        var readings = new RestReadings();
        foreach (var kibibytes in (int[])[10_900, 9_650, 9_590, 10_600, 9_630, 9_600])
        {
            Assert.False(readings.IsOver);
            readings.Add(kibibytes * Kibibyte);
        }

        Assert.True(readings.IsAgreed);
        Assert.True(readings.IsOver);
        Assert.Equal(9_590 * Kibibyte, readings.Lowest);
    }

    [Fact]
    public void ALowerReadingThanAllOthers_NeedsOthersThatAgreeWithIt()
    {
        var readings = new RestReadings();
        foreach (var kibibytes in (int[])[10_000, 10_000, 10_000, 9_900, 9_900, 9_900])
        {
            readings.Add(kibibytes * Kibibyte);
            Assert.False(readings.IsAgreed);
        }

        readings.Add(9_960 * Kibibyte);

        Assert.True(readings.IsAgreed);
    }

    [Fact]
    public void ReadingsThatGoOnFalling_EndWithoutAgreement()
    {
        var readings = new RestReadings();
        for (var kibibytes = 100_000; !readings.IsOver; kibibytes -= 50)
        {
            readings.Add(kibibytes * Kibibyte);
        }

        Assert.False(readings.IsAgreed);
    }

    [Fact]
    public void CostOfAConnection_IsWhatCameOnTopOfAProcessWithoutAny()
    {
        var cost = new ProcessCost("any",
        [
            new LevelReading(0, 9_000 * Kibibyte, true, SilentCpu: 0.003, null),
            new LevelReading(900, 9_900 * Kibibyte, true, SilentCpu: 0.006, TimeSpan.FromMicroseconds(70)),
            new LevelReading(9_000, 22_500 * Kibibyte, true, SilentCpu: 0.012, TimeSpan.FromMicroseconds(71.5)),
        ]);

        Assert.Equal((1.0, 1.5), (cost.MemoryPerConnection(900), cost.MemoryPerConnection(9_000)));
        Assert.Equal((200, 60), (Math.Round(cost.CpuPerConnectionAndMinute(900), 6), Math.Round(cost.CpuPerConnectionAndMinute(9_000), 6)));
        Assert.Equal((70, 71.5), (cost.CpuPerNewConnection(900), cost.CpuPerNewConnection(9_000)));
        Assert.Equal(1.2, cost.SilentPercent(9_000), 6);
    }

    [Fact]
    public void SpanOfSeveralProcesses_IsShownOnlyIfThereIsOne()
    {
        Assert.Equal("1.20 (1.10 to 1.40)", Spread.Of([1.4, 1.1, 1.2]).ToString("F2"));
        Assert.Equal("3.28", Spread.Of([3.28]).ToString("F2"));
    }
}
