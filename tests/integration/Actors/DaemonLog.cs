using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ApiLb.IntegrationTests.Actors;

/// <summary>Keeps what the daemon logs.</summary>
internal sealed class DaemonLog : ILogger, ILoggerFactory
{
    private readonly ConcurrentQueue<(LogLevel Level, string Line)> _lines = [];
    private readonly ConcurrentQueue<ILogger> _others = [];

    /// <summary>What must not happen in any test: bugs of the daemon itself.</summary>
    public IEnumerable<string> Errors => _lines.Where(l => l.Level >= LogLevel.Error).Select(l => l.Line);

    public IEnumerable<string> Lines => _lines.Select(l => $"{l.Level}: {l.Line}");

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            _lines.Enqueue((logLevel, $"{formatter(state, exception)} {exception}"));
            foreach (var other in _others)
            {
                other.Log(logLevel, eventId, state, exception, formatter);
            }
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => _others.Enqueue(provider.CreateLogger("ApiLb"));

    public void Dispose()
    {
    }
}
