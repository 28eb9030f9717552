using System.Globalization;
using ApiLb.Systemd;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ApiLb.UnitTests.Systemd;

[Collection(NotifyListener.Collection)]
public sealed class SystemdNotifierTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task EachMessage_IsOneDatagram(bool isAbstract)
    {
        using var systemd = new NotifyListener(isAbstract);
        using var notifier = systemd.NewNotifier();

        Assert.True(notifier.IsEnabled);
        await notifier.ReadyAsync("3/3 apiservers ready", None);
        Assert.Equal("READY=1\nSTATUS=3/3 apiservers ready", await systemd.ReceiveAsync());
        await notifier.StatusAsync("two\nlines", None);
        Assert.Equal("STATUS=two lines", await systemd.ReceiveAsync());
        await notifier.WatchdogAsync(None);
        Assert.Equal("WATCHDOG=1", await systemd.ReceiveAsync());
        await notifier.ExtendTimeoutAsync(TimeSpan.FromSeconds(2.5), None);
        Assert.Equal("EXTEND_TIMEOUT_USEC=2500000", await systemd.ReceiveAsync());
        await notifier.StoppingAsync("draining", None);
        Assert.Equal("STOPPING=1\nSTATUS=draining", await systemd.ReceiveAsync());
    }

    [Fact]
    public async Task Reloading_CarriesTheMonotonicClockInMicroseconds()
    {
        using var systemd = new NotifyListener();
        using var notifier = systemd.NewNotifier();
        var before = TimeProvider.System.GetElapsedTime(0).TotalMicroseconds;

        await notifier.ReloadingAsync(None);

        var message = await systemd.ReceiveAsync();
        Assert.StartsWith("RELOADING=1\nMONOTONIC_USEC=", message, StringComparison.Ordinal);
        var micros = long.Parse(message.Split('=')[^1], CultureInfo.InvariantCulture);
        Assert.InRange(micros, (long)before, (long)TimeProvider.System.GetElapsedTime(0).TotalMicroseconds);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("vsock:2:1234")]
    public async Task NobodyToTell_DoesNothing(string? address)
    {
        using var notifier = NotifyListener.NewNotifier(address);

        Assert.False(notifier.IsEnabled);
        await notifier.ReadyAsync("x", None);
    }

    [Fact]
    public async Task SystemdGone_IsLoggedOnceAndNeverThrown()
    {
        var log = new CountingLogger<SystemdNotifier>();
        using var notifier = NotifyListener.NewNotifier("/nonexistent/notify", log);

        await notifier.WatchdogAsync(None);
        await notifier.WatchdogAsync(None);

        Assert.Equal(1, log.Lines);
    }

    [Fact]
    public void FromEnvironment_TakesTheVariableAway()
    {
        using var systemd = new NotifyListener();
        Environment.SetEnvironmentVariable("NOTIFY_SOCKET", systemd.Address);

        using var notifier = SystemdNotifier.FromEnvironment(TimeProvider.System, NullLogger<SystemdNotifier>.Instance);

        Assert.True(notifier.IsEnabled);
        Assert.Null(Environment.GetEnvironmentVariable("NOTIFY_SOCKET"));
    }
}
