using System.Globalization;
using System.Runtime.InteropServices;
using ApiLb.Configuration;
using ApiLb.Configuration.Values;
using ApiLb.Deployment;
using ApiLb.Systemd;
using ApiLb.Telemetry;
using ApiLb.Transport;
using ApiLb.Upgrade;
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

    /// <summary>This process has only to start the daemon that takes over, and to end.</summary>
    public static bool IsLaunch => SuccessorLaunch.IsStep;

    public static void Launch() => SuccessorLaunch.Pass();

    /// <summary>Tells the daemon that this one should replace, if there is one, why it will not.</summary>
    public static void Refuse(string reason)
    {
        using var predecessor = Predecessor.FromEnvironment();
        predecessor?.Fail(reason);
    }

    /// <returns>0 after an orderly stop, 1 when it could not start.</returns>
    public async Task<int> RunAsync()
    {
        NativeHeap.Configure();

        // By its name while it still has one: a package is about to replace the file.
        var binary = Environment.ProcessPath ?? "";
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnStopSignal);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnStopSignal);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnHangUp);
        using var systemd = SystemdNotifier.FromEnvironment(time, loggers.CreateLogger<SystemdNotifier>());
        using var predecessor = Predecessor.FromEnvironment();
        var watchdog = WatchdogPeriod.FromEnvironment();
        var terms = new DaemonTerms { Reload = ReloadTermsOf(systemd), Upgrade = UpgradeTermsOf(binary, systemd, watchdog), Predecessor = predecessor };
        try
        {
            await (predecessor?.MeetAsync(_stop.Token) ?? Task.CompletedTask);
            await using var daemon = new Daemon(options, time, loggers, terms with { Inherited = PassedDescriptors() });
            await daemon.StartAsync(_stop.Token);

            // After the start, which it would hold up, and before anybody is told that the daemon is ready.
            WholeProgram.Load(withEtcd: options.Etcd is not null, withOtlp: options.Otlp is not null);
            await ServeAsync(daemon, systemd, watchdog);
            return 0;
        }
        catch (IOException error) when (_serving is null)
        {
            Log.CannotStart(_logger, error.Message);
            predecessor?.Fail(error.Message);
            return 1;
        }
        catch (OperationCanceledException) when (_serving is null)
        {
            return 0;
        }
    }

    public void Dispose()
    {
        _stop.Dispose();
        _now.Dispose();
    }

    private static InheritedSocket[] PassedDescriptors() => [.. Systemd.PassedDescriptors.FromEnvironment().Select(fd => new InheritedSocket(fd))];

    private async Task ServeAsync(Daemon daemon, SystemdNotifier systemd, TimeSpan? period)
    {
        using var background = new CancellationTokenSource();
        var watchdog = new WatchdogService(systemd, period, daemon.HasProgressed, time, loggers.CreateLogger<WatchdogService>());
        var status = new StatusTextService(systemd, daemon.Summary, time);
        _serving = daemon;
        if (!_stop.IsCancellationRequested)
        {
            await systemd.ReadyAsync(daemon.Summary(), CancellationToken.None);
            Log.Ready(_logger, ProcessLifetime.Version, daemon.Summary(), daemon.MaxConnections);
        }

        var trim = new IdleTrimService(
            () => daemon.Listeners.Sum(l => l.Counters.Accepted),
            () => daemon.Listeners.Sum(l => l.Counters.Accepted - l.Counters.Active),
            time,
            loggers.CreateLogger<IdleTrimService>());
        using var describing = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, background.Token);
        var feeding = Task.WhenAll(
            watchdog.RunAsync(background.Token), status.RunAsync(describing.Token), trim.RunAsync(background.Token));

        await ((Task)daemon.Upgrade.Succeeded).WaitAsync(_stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await daemon.Upgrade.StopAsync();
        if (daemon.Upgrade.Succeeded is { IsCompletedSuccessfully: true } succeeded)
        {
            await background.CancelAsync();
            await DrainAsync(daemon, await succeeded);
        }
        else
        {
            Log.Stopping(_logger, daemon.Summary());
            await systemd.StoppingAsync("stopping: established connections may finish", CancellationToken.None);
            await Task.WhenAll(daemon.StopAsync(_now.Token), daemon.Predecessors.StopAsync(_now.Token));
            await background.CancelAsync();
        }

        await feeding;
        Log.Stopped(_logger);
    }

    /// <summary>Another daemon serves: what lives here may end by itself until the deadline, or within the grace of a stop.</summary>
    private async Task DrainAsync(Daemon daemon, Succession succession)
    {
        Log.Draining(_logger, succession.Pid, daemon.Connections, Duration.Format(succession.Deadline));
        using var deadline = new CancellationTokenSource(succession.Deadline, time);
        using var over = new CancellationTokenSource();
        using var report = new DrainReport(succession, () => daemon.Connections, time);
        var telling = report.TellAsync(over.Token);
        var shortening = ShortenAsync();
        await daemon.DrainAsync(deadline.Token, _now.Token);
        await over.CancelAsync();
        await telling;
        await shortening;

        async Task ShortenAsync()
        {
            using var asked = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, over.Token);
            await report.StopAskedAsync(asked.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!over.IsCancellationRequested)
            {
                report.Shorten(daemon.Grace);
                await Task.Delay(daemon.Grace, time, over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await deadline.CancelAsync();
            }
        }
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

    private static UpgradeTerms UpgradeTermsOf(string binary, SystemdNotifier systemd, TimeSpan? watchdog)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        if (systemd.Address is { } address)
        {
            environment[SystemdNotifier.SocketVariable] = address;
        }

        if (watchdog is { } period)
        {
            environment[WatchdogPeriod.Variable] = ((long)period.TotalMicroseconds).ToString(CultureInfo.InvariantCulture);
        }

        return new UpgradeTerms { Binary = binary, Environment = environment, NameSuccessor = pid => systemd.MainProcessAsync(pid, CancellationToken.None) };
    }

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

        [LoggerMessage(6, LogLevel.Information, "Process {Pid} has taken over. {Connections} connections live on here, for {Deadline} at most; SIGTERM gives them shutdown.grace.")]
        public static partial void Draining(ILogger logger, int pid, int connections, string deadline);

        [LoggerMessage(5, LogLevel.Warning, "SIGHUP while starting: not reloaded. Send it again when the daemon is ready.")]
        public static partial void TooEarly(ILogger logger);
    }
}
