using ApiLb.Backends;
using ApiLb.Probing;
using ApiLb.UnitTests.Systemd;
using ApiLb.UnitTests.Telemetry;
using Xunit;

namespace ApiLb.UnitTests.Probing;

public sealed class PoolWarningServiceTests
{
    private readonly FakeTime _time = new();
    private readonly CountingLogger<PoolWarningService> _log = new();
    private readonly BackendPool _pool;
    private readonly PoolWarningService _service;

    public PoolWarningServiceTests()
    {
        _pool = Observed.Pool(_time, "cp1", "cp2");
        _service = new PoolWarningService([_pool], _time, _log);
    }

    [Fact]
    public void Warning_IsLoggedWhenItAppearsAndNotAgain()
    {
        _pool.At(0).Facts = new BackendFacts { ClockOffset = TimeSpan.FromSeconds(10) };

        LookFor(TimeSpan.FromDays(3));

        Assert.Equal(1, _log.Lines);
    }

    [Fact]
    public void WarningThatComesAndGoes_IsLoggedOnceADay()
    {
        for (var look = 0; look < 48; look++)
        {
            _pool.At(0).Facts = new BackendFacts { ClockOffset = TimeSpan.FromSeconds(look % 2 == 0 ? 10 : 0) };
            LookFor(TimeSpan.FromHours(1));
        }

        Assert.Equal(2, _log.Lines);
    }

    [Fact]
    public void ExpiringCertificate_IsLoggedEveryDay()
    {
        CertificateFacts certificate = new(DateTimeOffset.UnixEpoch, _time.GetUtcNow().AddDays(20), "CN=kubernetes", true);
        _pool.At(0).Facts = new BackendFacts { Certificate = certificate };

        LookFor(TimeSpan.FromHours(51));

        Assert.Equal(3, _log.Lines);
    }

    [Fact]
    public async Task Service_LooksEveryTenSecondsUntilStopped()
    {
        using CancellationTokenSource stop = new();
        var running = _service.RunAsync(stop.Token);
        await _time.TimersArmedAsync(1);
        _pool.At(0).Facts = new BackendFacts { ClockOffset = TimeSpan.FromSeconds(10) };

        _time.Advance(TimeSpan.FromSeconds(10));
        await stop.CancelAsync();
        await running;

        Assert.Equal(1, _log.Lines);
    }

    private void LookFor(TimeSpan duration)
    {
        for (var passed = TimeSpan.Zero; passed < duration; passed += TimeSpan.FromHours(1))
        {
            _service.Look();
            _time.Advance(TimeSpan.FromHours(1));
        }
    }
}
