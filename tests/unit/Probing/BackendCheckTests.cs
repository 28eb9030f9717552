using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Health;
using ApiLb.Probing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ApiLb.UnitTests.Probing;

public sealed class BackendCheckTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(10);

    private readonly FakeTime _time = new();
    private readonly Backend _backend = new(
        "control-plane",
        new BackendOptions { Name = "cp1", Address = new BackendAddress("10.0.0.1", 6443) },
        new HealthPolicy(2, 2, TimeSpan.Zero, TimeSpan.FromSeconds(10)));

    [Theory]
    [InlineData(0, 3)]
    [InlineData(3, 7.0 / 3)]
    [InlineData(5.5, 2.25)]
    [InlineData(7.5, 2.5)]
    [InlineData(9.5, 1.5)]
    [InlineData(11, 3)]
    public async Task ChecksOfASilentProcess_ShareWhatIsLeftOfTenSeconds(double silentFor, double seconds)
    {
        if (silentFor > 0)
        {
            var silence = new HealthReport(HealthEvidence.ProcessSilent, HealthCause.ResponseTimeout, "no answer", TimeSpan.FromSeconds(silentFor));
            _backend.Health.Report(silence, _time.GetElapsedTime(0));
        }

        await using var check = new BackendCheck(_backend, new ScriptedProber(), Timeout, _time, NullLogger.Instance);
        var running = check.RunAsync(CancellationToken.None).AsTask();

        _time.Advance(TimeSpan.FromSeconds(seconds) - Instant);
        Assert.False(running.IsCompleted);
        _time.Advance(2 * Instant);

        Assert.Equal(HealthEvidence.ProcessSilent, (await running.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System))!.Report.Evidence);
    }
}
