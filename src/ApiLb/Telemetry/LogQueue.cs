using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace ApiLb.Telemetry;

/// <summary>
/// Between those who log and whoever reads the log: a bounded queue with a thread of its own. Who logs never waits: while the
/// reader is slow or stuck, lines that find no room are dropped and counted, and the log says so when it has room again.
/// Thread-safe. Disposing writes what is still queued, for as long as that takes at most a second.
/// </summary>
internal sealed class LogQueue : ILoggerProvider
{
    /// <summary>Some seconds of a busy log; at 200 bytes a line not much more than a megabyte.</summary>
    public const int Capacity = 4096;

    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    private static long _droppedLines;

    private readonly ConsoleFormatter _formatter;
    private readonly Stream _output;
    private readonly BlockingCollection<string> _lines = new(Capacity);
    private readonly Thread _writer;
    private int _droppedLately;

    /// <param name="formatter">How lines look.</param>
    /// <param name="output">Where they go; may block, and may fail.</param>
    public LogQueue(ConsoleFormatter formatter, Stream output)
    {
        _formatter = formatter;
        _output = output;
        _writer = new Thread(WriteAll) { IsBackground = true, Name = "log" };
        _writer.Start();
    }

    /// <summary>Lines that were dropped since the process started: it has one log.</summary>
    public static long DroppedLines => Volatile.Read(ref _droppedLines);

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
        if (!_lines.IsAddingCompleted)
        {
            _lines.CompleteAdding();
            _writer.Join(LastWords);
        }
    }

    /// <summary>One line for one message, whatever is in it: no control character reaches the terminal or begins a new line.</summary>
    private string Format<TState>(in LogEntry<TState> entry)
    {
        using var text = new StringWriter();
        _formatter.Write(entry, scopeProvider: null, text);
        return LogLine.Of(text.ToString());
    }

    private void Enqueue(string line)
    {
        if (_lines.IsAddingCompleted || !_lines.TryAdd(line))
        {
            Drop();
        }
    }

    private void Drop()
    {
        Interlocked.Increment(ref _droppedLines);
        Interlocked.Increment(ref _droppedLately);
    }

    private void WriteAll()
    {
        foreach (var line in _lines.GetConsumingEnumerable())
        {
            Write(line);
            if (_lines.Count == 0 && Interlocked.Exchange(ref _droppedLately, 0) is > 0 and var dropped)
            {
                Write(Format(Apology(dropped)));
            }
        }
    }

    private void Write(string line)
    {
        try
        {
            _output.Write(Encoding.UTF8.GetBytes(line));
        }
        catch (IOException)
        {
            // A full disk, or nobody at the other end: nowhere is left to say it but the metric.
            Drop();
        }
    }

    private static LogEntry<int> Apology(int dropped) => new(
        LogLevel.Warning, typeof(LogQueue).FullName!, new EventId(1, "Dropped"), dropped, null,
        static (count, _) => FormattableString.Invariant($"{count} log lines were dropped: whoever reads the log was slower than the log."));

    private sealed class Logger(LogQueue queue, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                queue.Enqueue(queue.Format(new LogEntry<TState>(logLevel, category, eventId, state, exception, formatter)));
            }
        }
    }
}
