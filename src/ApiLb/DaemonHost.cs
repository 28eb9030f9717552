using System.Runtime.InteropServices;
using ApiLb.Configuration;
using ApiLb.Deployment;
using ApiLb.Systemd;
using ApiLb.Telemetry;
using ApiLb.Transport;
using Microsoft.Extensions.Logging;

namespace ApiLb;

/// <summary>Runs a daemon as a service: signals in, sd_notify out. <c>apilb run</c> after its configuration was read.</summary>
/// <param name="options">What to run.</param>
/// <param name="load">Reads the configuration again.</param>
/// <param name="time">The clock of everything.</param>
/// <param name="loggers">For everything.</param>
internal sealed partial class DaemonHost(
    ApiLbOptions options, Func<CancellationToken, Task<ConfigurationResult>> load, TimeProvider time, ILoggerFactory loggers) : IDisposable
{
    private readonly ILogger _logger = loggers.CreateLogger<DaemonHost>();
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _now = new();
    private volatile Daemon? _serving;

    /// <returns>0 after an orderly stop, 1 when it could not start.</returns>
    public async Task<int> RunAsync()
    {
        NativeHeap.Configure();
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnStopSignal);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnStopSignal);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnHangUp);
        using var systemd = SystemdNotifier.FromEnvironment(time, loggers.CreateLogger<SystemdNotifier>());
        var loading = Task.Run(() => WholeProgram.Load(options.Otlp is not null));
        await using var daemon = new Daemon(options, time, loggers, ReloadTermsOf(systemd), PassedDescriptors.FromEnvironment());
        try
        {
            await daemon.StartAsync(_stop.Token);
            await loading;
        }
        catch (IOException error)
        {
            Log.CannotStart(_logger, error.Message);
            return 1;
        }
        catch (OperationCanceledException)
        {
            return 0;
        }

        await ServeAsync(daemon, systemd);
        return 0;
    }

    public void Dispose()
    {
        _stop.Dispose();
        _now.Dispose();
    }

    private async Task ServeAsync(Daemon daemon, SystemdNotifier systemd)
    {
        using var background = new CancellationTokenSource();
        var watchdog = new WatchdogService(
            systemd, WatchdogPeriod.FromEnvironment(), daemon.HasProgressed, time, loggers.CreateLogger<WatchdogService>());
        var status = new StatusTextService(systemd, daemon.Summary, time);
        await systemd.ReadyAsync(daemon.Summary(), CancellationToken.None);
        _serving = daemon;
        Log.Ready(_logger, ProcessLifetime.Version, daemon.Summary(), daemon.MaxConnections);
        var trim = new IdleTrimService(() => daemon.Listeners.Sum(l => l.Counters.Accepted), time, loggers.CreateLogger<IdleTrimService>());
        var feeding = Task.WhenAll(
            watchdog.RunAsync(background.Token), status.RunAsync(_stop.Token), trim.RunAsync(background.Token));

        await Task.Delay(Timeout.InfiniteTimeSpan, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Log.Stopping(_logger, daemon.Summary());
        await systemd.StoppingAsync("stopping: established connections may finish", CancellationToken.None);
        await daemon.StopAsync(_now.Token);
        await background.CancelAsync();
        await feeding;
        Log.Stopped(_logger);
    }

    /// <summary>The first asks for an orderly stop, the second for an immediate one.</summary>
    private void OnStopSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        _ = (_stop.IsCancellationRequested ? _now : _stop).CancelAsync();
    }

    private void OnHangUp(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_serving is { } daemon)
        {
            _ = daemon.Reload.ReloadAsync();
        }
        else
        {
            Log.TooEarly(_logger);
        }
    }

    /// <summary>systemd counts a service as reloading between the two (sd_notify(3)); there is no message for failure, so the status line tells it.</summary>
    private ReloadTerms ReloadTermsOf(SystemdNotifier systemd) => new()
    {
        Load = load,
        Begin = () => systemd.ReloadingAsync(CancellationToken.None),
        End = () => systemd.ReadyAsync(_serving?.Summary() ?? "", CancellationToken.None),
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "ApiLb {Version} is ready: {Summary}, at most {Limit}.")]
        public static partial void Ready(ILogger logger, string version, string summary, int limit);

        [LoggerMessage(2, LogLevel.Information, "Stopping: no new connections; established ones may finish for shutdown.grace. {Summary}. A second signal stops at once.")]
        public static partial void Stopping(ILogger logger, string summary);

        [LoggerMessage(3, LogLevel.Information, "Stopped.")]
        public static partial void Stopped(ILogger logger);

        [LoggerMessage(4, LogLevel.Critical, "Cannot start: {Reason}")]
        public static partial void CannotStart(ILogger logger, string reason);

        [LoggerMessage(5, LogLevel.Warning, "SIGHUP while starting: not reloaded. Send it again when the daemon is ready.")]
        public static partial void TooEarly(ILogger logger);
    }
}
