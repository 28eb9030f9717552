using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Win32.SafeHandles;

namespace ApiLb.Telemetry;

/// <summary>Builds the daemon's log: everything to stderr, in the form that its reader wants.</summary>
internal static class LogOutput
{
    private const int StandardErrorDescriptor = 2;
    private const string StandardError = "/proc/self/fd/2";

    /// <summary>Their lines about single connections and requests are for who works on them; ApiLb has its own, which can be switched.</summary>
    private static readonly string[] Libraries = ["Microsoft", "Yarp"];

    /// <summary>Dispose the factory last: that writes what is still queued.</summary>
    public static ILoggerFactory Create(LogFormat format, LogLevel level) => LoggerFactory.Create(builder =>
    {
        builder.SetMinimumLevel(level);
        foreach (var library in Libraries)
        {
            builder.AddFilter(library, level < LogLevel.Warning ? LogLevel.Warning : level);
        }

        builder.AddSystemdConsole(_ => { });
        builder.AddJsonConsole(json =>
        {
            json.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
            json.UseUtcTimestamp = true;
        });

        // Registered by hand: AddConsoleFormatter binds options by reflection, which trimming breaks.
        builder.Services.AddSingleton<ConsoleFormatter>(new ShortLineFormatter(TimeProvider.System));

        // The framework's formatters, but a queue of our own: its console provider drops lines without counting them.
        var name = FormatterFor(format, Environment.GetEnvironmentVariable("JOURNAL_STREAM"), ReadStandardErrorTarget());
        builder.Services.RemoveAll<ILoggerProvider>();
        builder.Services.AddSingleton<ILoggerProvider>(services => new LogQueue(
            services.GetServices<ConsoleFormatter>().First(f => f.Name == name), OpenStandardError()));
    });

    /// <summary>
    /// systemd sets JOURNAL_STREAM to <c>device:inode</c> of the stream it gave us, and children in a terminal inherit it:
    /// only when stderr still is that socket does the journal read it (systemd.exec(5)).
    /// </summary>
    public static string FormatterFor(LogFormat format, string? journalStream, string? standardErrorTarget)
    {
        if (format == LogFormat.Json)
        {
            return ConsoleFormatterNames.Json;
        }

        var inode = journalStream?.Split(':') is [_, var node] ? node : null;
        return inode is not null && standardErrorTarget == $"socket:[{inode}]" ? ConsoleFormatterNames.Systemd : ShortLineFormatter.FormatterName;
    }

    /// <summary>Unbuffered, and never closed: it belongs to the process.</summary>
    private static FileStream OpenStandardError() => new(new SafeFileHandle(StandardErrorDescriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);

    private static string? ReadStandardErrorTarget()
    {
        try
        {
            return new FileInfo(StandardError).LinkTarget;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
