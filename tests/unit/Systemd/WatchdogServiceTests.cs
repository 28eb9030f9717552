using ApiLb.Systemd;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ApiLb.UnitTests.Systemd;

[Collection(NotifyListener.Collection)]
public sealed class WatchdogServiceTests
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    private readonly FakeTime _time = new();

    [Theory]
    [InlineData("10000000", null, 10.0)]
    [InlineData("10000000", "", 10.0)]
    [InlineData("500000", "42", 0.5)]
    [InlineData("10000000", "43", null)]
    [InlineData("0", null, null)]
    [InlineData("-1", null, null)]
    [InlineData("x", null, null)]
    [InlineData(null, null, null)]
    public void Period_ComesFromTheEnvironmentOfThisProcess(string? usec, string? pid, double? seconds) =>
        Assert.Equal(seconds, WatchdogPeriod.Parse(usec, pid, ownPid: 42)?.TotalSeconds);

    [Fact]
    public async Task Progress_FeedsAtHalfThePeriod()
    {
        using var systemd = new NotifyListener();
        using var notifier = systemd.NewNotifier();
        using var stop = new CancellationTokenSource();
        var running = NewService(notifier, Period, () => true).RunAsync(stop.Token);
        Assert.Equal("WATCHDOG=1", await systemd.ReceiveAsync());
        await _time.TimersArmedAsync(1);

        _time.Advance(Period / 2 - TimeSpan.FromMilliseconds(1));
        Assert.False(systemd.HasMessage);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal("WATCHDOG=1", await systemd.ReceiveAsync());
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task NoProgress_StarvesTheWatchdogUntilThereIsSome()
    {
        using var systemd = new NotifyListener();
        using var notifier = systemd.NewNotifier();
        using var stop = new CancellationTokenSource();
        var progress = new Queue<bool>([false, false, true]);
        var running = NewService(notifier, Period, () => progress.TryDequeue(out var moved) && moved).RunAsync(stop.Token);
        await _time.TimersArmedAsync(1);
        Assert.False(systemd.HasMessage);

        _time.Advance(Period / 20);
        await _time.TimersArmedAsync(1);
        Assert.False(systemd.HasMessage);
        _time.Advance(Period / 20);

        Assert.Equal("WATCHDOG=1", await systemd.ReceiveAsync());
        await stop.CancelAsync();
        await running;
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(4, 0)]
    [InlineData(5, 1)]
    [InlineData(9, 1)]
    public async Task OneMiss_IsNoAlarmAndManyAreOne(int misses, int alarms)
    {
        using var systemd = new NotifyListener();
        using var notifier = systemd.NewNotifier();
        using var stop = new CancellationTokenSource();
        var log = new CountingLogger<WatchdogService>();
        var running = new WatchdogService(notifier, Period, () => false, _time, log).RunAsync(stop.Token);
        for (var look = 1; look < misses; look++)
        {
            await _time.TimersArmedAsync(1);
            _time.Advance(Period / 20);
        }

        await stop.CancelAsync();
        await running;
        Assert.Equal(alarms, log.Lines);
    }

    [Fact]
    public async Task NotAskedFor_EndsAtOnce()
    {
        using var systemd = new NotifyListener();
        using var notifier = systemd.NewNotifier();

        await NewService(notifier, null, () => true).RunAsync(CancellationToken.None);

        Assert.False(systemd.HasMessage);
    }

    [Fact]
    public async Task StatusText_IsSentWhenItChangedAndAtMostOnceASecond()
    {
        using var systemd = new NotifyListener();
        using var notifier = systemd.NewNotifier();
        using var stop = new CancellationTokenSource();
        var text = "1 connection";
        var running = new StatusTextService(notifier, () => text, _time).RunAsync(stop.Token);
        Assert.Equal("STATUS=1 connection", await systemd.ReceiveAsync());
        await _time.TimersArmedAsync(1);
        _time.Advance(TimeSpan.FromSeconds(1));
        await _time.TimersArmedAsync(1);
        Assert.False(systemd.HasMessage);

        text = "2 connections";
        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(systemd.HasMessage);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal("STATUS=2 connections", await systemd.ReceiveAsync());
        await stop.CancelAsync();
        await running;
    }

    private WatchdogService NewService(SystemdNotifier notifier, TimeSpan? period, Func<bool> hasProgressed) =>
        new(notifier, period, hasProgressed, _time, NullLogger<WatchdogService>.Instance);
}
