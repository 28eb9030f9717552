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
    private const string Http2StreamEvent = "Http2StreamError";
    private const string Http2ResetEvent = "Http2StreamResetAbort";
    private const string QueueEvent = "Http2QueueOperationsExceeded";
    private const string ProtocolError = "PROTOCOL_ERROR";

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
            if (counters is not null && KindOf(eventId, state, exception) is { } kind)
            {
                counters()?.BadRequestSeen(kind);
            }

            // Critical to Kestrel, and anybody can bring it about by resetting streams: the connection is ended, and that is counted.
            logLevel = eventId.Name == QueueEvent ? LogLevel.Debug : logLevel;
            if (counters is null || inner.IsEnabled(logLevel))
            {
                inner.Log(logLevel, eventId, state, exception, formatter);
            }
        }

        private static string? KindOf<TState>(EventId eventId, TState state, Exception? exception) => (eventId.Name, exception) switch
        {
            (BadRequestEvent, BadHttpRequestException bad) => RefusedRequest.Of(bad.StatusCode),
            (Http2Event, _) => RefusedRequest.Http2,
            (Http2StreamEvent, _) => RefusedRequest.Http2Stream,
            (Http2ResetEvent, _) when HasProtocolError(state) => RefusedRequest.Http2Stream,
            _ => null,
        };

        /// <summary>Streams are reset by this side too, and then with other words.</summary>
        private static bool HasProtocolError<TState>(TState state) =>
            state is IReadOnlyList<KeyValuePair<string, object?>> values && values.Any(v => v.Value?.ToString() == ProtocolError);
    }
}
