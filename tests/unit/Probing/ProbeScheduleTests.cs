using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Health;
using ApiLb.Probing;
using Xunit;

namespace ApiLb.UnitTests.Probing;

public sealed class ProbeScheduleTests
{
    private static readonly HealthOptions Options = new() { Type = HealthCheckType.KubeApiserver };

    [Theory]
    [InlineData(nameof(HealthStatus.Ready), true, 100, 2000)]
    [InlineData(nameof(HealthStatus.Ready), false, 100, 500)]
    [InlineData(nameof(HealthStatus.Unknown), true, 0, 500)]
    [InlineData(nameof(HealthStatus.Warming), true, 5, 500)]
    [InlineData(nameof(HealthStatus.Suspect), true, 0, 500)]
    [InlineData(nameof(HealthStatus.Draining), false, 100, 500)]
    [InlineData(nameof(HealthStatus.NotReady), false, 100, 500)]
    [InlineData(nameof(HealthStatus.Dead), false, 59, 500)]
    [InlineData(nameof(HealthStatus.Dead), false, 60, 2000)]
    [InlineData(nameof(HealthStatus.Dead), true, 100, 500)]
    public void Status_DecidesTheInterval(string status, bool hasPassed, int secondsInStatus, int milliseconds)
    {
        ProbeSchedule schedule = new(Options);
        schedule.IntervalAfter(Health(HealthStatus.Ready), Result(true), TimeSpan.Zero);

        var health = Health(Enum.Parse<HealthStatus>(status));
        var interval = schedule.IntervalAfter(health, Result(hasPassed), TimeSpan.FromSeconds(secondsInStatus));

        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), interval);
    }

    [Fact]
    public void PoolOfWhichNobodyWasEverReady_IsCheckedOften()
    {
        ProbeSchedule schedule = new(Options);

        Assert.Equal(Options.FastInterval, schedule.IntervalAfter(Health(HealthStatus.Dead), Result(false), TimeSpan.FromHours(1)));
    }

    [Theory]
    [InlineData(0, 1800)]
    [InlineData(0.5, 1900)]
    [InlineData(1, 2000)]
    public void Jitter_IsTenPercentAtMostAndNeverLonger(double random, int milliseconds) =>
        Assert.Equal(milliseconds, ProbeSchedule.Jitter(TimeSpan.FromSeconds(2), random).TotalMilliseconds, tolerance: 0.01);

    private static HealthSnapshot Health(HealthStatus status) => new(status, HealthCause.Passed, "test", TimeSpan.Zero);

    private static ProbeResult Result(bool hasPassed) => new(
        new HealthReport(hasPassed ? HealthEvidence.Ready : HealthEvidence.NotReady, HealthCause.Passed, "test"),
        ProbeLayer.L7,
        null,
        TimeSpan.Zero,
        TimeSpan.Zero);
}
