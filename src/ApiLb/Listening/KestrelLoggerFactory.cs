using ApiLb.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ApiLb.Listening;

/// <summary>
/// What Kestrel logs with. Two things are not as usual. It opens a log scope for every connection and keeps it as long as the
/// connection lives, 280 bytes each; our lines name their connection themselves, so here scopes cost nothing and do nothing. And
/// what it refuses while it reads requests never reaches an application; its log is the only place that tells, so that is counted.
/// </summary>
/// <param name="inner">Its owner's to dispose.</param>
/// <param name="counters">Of whoever listens now; null: nobody yet.</param>
internal sealed class KestrelLoggerFactory(ILoggerFactory inner, Func<ListenerCounters?> counters) : ILoggerFactory
{
    private const string BadRequests = "Microsoft.AspNetCore.Server.Kestrel.BadRequests";
    private const string Http2 = "Microsoft.AspNetCore.Server.Kestrel.Http2";
    private const string BadRequestEvent = "ConnectionBadRequest";
    private const string Http2Event = "Http2ConnectionError";

    public ILogger CreateLogger(string categoryName) =>
        new Logger(inner.CreateLogger(categoryName), categoryName is BadRequests or Http2 ? counters : null);

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose()
    {
    }

    private sealed class Logger(ILogger inner, Func<ListenerCounters?>? counters) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => (counters is not null && logLevel == LogLevel.Debug) || inner.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (counters is not null && KindOf(eventId, exception) is { } kind)
            {
                counters()?.BadRequestSeen(kind);
            }

            if (counters is null || inner.IsEnabled(logLevel))
            {
                inner.Log(logLevel, eventId, state, exception, formatter);
            }
        }

        private static string? KindOf(EventId eventId, Exception? exception) => (eventId.Name, exception) switch
        {
            (BadRequestEvent, BadHttpRequestException bad) => RefusedRequest.Of(bad.StatusCode),
            (Http2Event, _) => RefusedRequest.Http2,
            _ => null,
        };
    }
}
