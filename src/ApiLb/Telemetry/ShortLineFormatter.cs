using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace ApiLb.Telemetry;

/// <summary>For a terminal: <c>14:03:07.512 warn  Pool control-plane: backend cp2 Ready -> Dead ...</c>.</summary>
internal sealed class ShortLineFormatter(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "short";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        var exception = logEntry.Exception is { } e ? " | " + e : "";
        textWriter.Write(string.Create(
            CultureInfo.InvariantCulture, $"{time.GetLocalNow():HH:mm:ss.fff} {WordFor(logEntry.LogLevel)} {message}{exception}\n"));
    }

    private static string WordFor(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info ",
        LogLevel.Warning => "warn ",
        LogLevel.Error => "error",
        _ => "fatal",
    };
}
