using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;

namespace ApiLb.Systemd;

/// <summary>
/// Tells systemd how the daemon is, by sd_notify(3): one datagram for each message. Does nothing when systemd did not ask.
/// Thread-safe; never throws for what the socket does, because a lost message must not stop the load balancer.
/// </summary>
internal sealed partial class SystemdNotifier : IDisposable
{
    /// <summary>The variable that names the socket.</summary>
    public const string SocketVariable = "NOTIFY_SOCKET";

    private readonly ISystemdNotifier? _systemd;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Socket? _spare;
    private readonly UnixDomainSocketEndPoint? _endPoint;
    private int _hasFailed;

    private SystemdNotifier(string? address, TimeProvider time, ILogger logger)
    {
        _time = time;
        _logger = logger;
        Address = address;
        if (string.IsNullOrEmpty(address))
        {
            return;
        }

        if (address[0] is not ('/' or '@'))
        {
            Log.Unsupported(logger, address);
            return;
        }

        // It finds the address itself, where it was taken from.
        _systemd = new Microsoft.Extensions.Hosting.Systemd.SystemdNotifier();
        _endPoint = new UnixDomainSocketEndPoint(address[0] == '@' ? '\0' + address[1..] : address);
        _spare = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    }

    public bool IsEnabled => _systemd is { IsEnabled: true };

    /// <summary>As the service manager has told it.</summary>
    public string? Address { get; }

    /// <summary>
    /// Talks to an absolute path, or to <c>@name</c> in the abstract namespace. Takes NOTIFY_SOCKET out of the environment, so that
    /// no child can speak for the daemon.
    /// </summary>
    public static SystemdNotifier FromEnvironment(TimeProvider time, ILogger<SystemdNotifier> logger)
    {
        var notifier = new SystemdNotifier(Environment.GetEnvironmentVariable(SocketVariable), time, logger);
        Environment.SetEnvironmentVariable(SocketVariable, null);
        return notifier;
    }

    /// <summary>Start-up, or a reload, is over.</summary>
    public Task ReadyAsync(string status, CancellationToken cancellation) => SendAsync($"READY=1\nSTATUS={OneLine(status)}", cancellation);

    /// <summary>One line for <c>systemctl status</c>.</summary>
    public Task StatusAsync(string status, CancellationToken cancellation) => SendAsync($"STATUS={OneLine(status)}", cancellation);

    public Task StoppingAsync(string status, CancellationToken cancellation) => SendAsync($"STOPPING=1\nSTATUS={OneLine(status)}", cancellation);

    /// <summary>A reload begins; <see cref="ReadyAsync"/> ends it. <c>Type=notify-reload</c> needs the time stamp.</summary>
    public Task ReloadingAsync(CancellationToken cancellation)
    {
        // On Linux the timestamp is CLOCK_MONOTONIC, which is what systemd compares it with.
        var micros = (Int128)_time.GetTimestamp() * 1_000_000 / _time.TimestampFrequency;
        return SendAsync(string.Create(CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={micros}"), cancellation);
    }

    /// <summary>
    /// Another process of this service is the main one: from now on <c>NotifyAccess=main</c> lets that one speak, and this one no
    /// longer.
    /// </summary>
    public Task MainProcessAsync(int pid, CancellationToken cancellation) =>
        SendAsync(string.Create(CultureInfo.InvariantCulture, $"MAINPID={pid}"), cancellation);

    public Task WatchdogAsync(CancellationToken cancellation) => SendAsync("WATCHDOG=1", cancellation);

    /// <summary>Asks for this much more time, from now, to start or stop.</summary>
    public Task ExtendTimeoutAsync(TimeSpan by, CancellationToken cancellation) =>
        SendAsync(string.Create(CultureInfo.InvariantCulture, $"EXTEND_TIMEOUT_USEC={(long)by.TotalMicroseconds}"), cancellation);

    public void Dispose() => _spare?.Dispose();

    private static string OneLine(string status) => status.ReplaceLineEndings(" ");

    private async Task SendAsync(string message, CancellationToken cancellation)
    {
        if (_systemd is null)
        {
            return;
        }

        try
        {
            await _turn.WaitAsync(cancellation);

            // A systemd that takes no more messages blocks the sender: one thread of the pool at most, and nobody waits against their will.
            await Task.Run(() => SendInTurn(_systemd, message), CancellationToken.None).WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            // Not sent, as the caller wanted.
        }
    }

    private void SendInTurn(ISystemdNotifier systemd, string message)
    {
        try
        {
            Send(systemd, message);
        }
        catch (SocketException e)
        {
            if (Interlocked.Exchange(ref _hasFailed, 1) == 0)
            {
                Log.Failed(_logger, message.ReplaceLineEndings(" "), e.Message);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    // The package opens a socket for each message. A process without free descriptors still serves its connections, and must not be
    // killed because nothing fed its watchdog: so one socket is kept. (A kept descriptor to close would go to the next client instead.)
    private void Send(ISystemdNotifier systemd, string message)
    {
        try
        {
            systemd.Notify(new ServiceState(message));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.TooManyOpenSockets)
        {
            _spare!.SendTo(Encoding.UTF8.GetBytes(message), _endPoint!);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "systemd could not be told {Message}: {Reason}. Further failures are not logged.")]
        public static partial void Failed(ILogger logger, string message, string reason);

        [LoggerMessage(2, LogLevel.Warning, "NOTIFY_SOCKET={Address} is not a unix socket: systemd is told nothing.")]
        public static partial void Unsupported(ILogger logger, string address);
    }
}
