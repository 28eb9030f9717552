using ApiLb.Configuration;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace ApiLb.Telemetry.Otlp;

/// <summary>
/// Sends metrics, logs and spans to a collector (https://opentelemetry.io/docs/specs/otlp/). Everything that may wait for the
/// collector has a thread of its own: whoever logs, ends a span or is scraped never does. Run once, dispose last.
/// </summary>
internal sealed partial class OtlpExport : IAsyncDisposable
{
    private readonly OtlpOptions _options;
    private readonly TimeSpan _lastWords;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _cut = new();
    private readonly TracerProvider? _tracing;
    private readonly OpenTelemetryLoggerProvider? _logging;
    private readonly LogProcessor? _logs;
    private long _dropped;
    private bool _isFailing;

    /// <param name="options">Where to, and what.</param>
    /// <param name="loggers">Whose records are exported too.</param>
    /// <param name="lastWords">What a stop may wait for a collector that is slow just then.</param>
    public OtlpExport(OtlpOptions options, ILoggerFactory loggers, TimeSpan lastWords)
    {
        (_options, _lastWords) = (options, lastWords);
        _logger = loggers.CreateLogger<OtlpExport>();
        _tracing = options.Traces ? NewTracing() : null;
        if (options.Logs)
        {
            var exporter = new OtlpLogExporter(OtlpTerms.Of(options, OtlpSignal.Logs, _cut.Token));
            _logs = NewLogs(exporter);
            _logging = NewLogging(new LogResource(exporter), _logs);
            loggers.AddProvider(_logging);
        }
    }

    public OtlpCounters Counters { get; } = new();

    /// <summary>For a set of metrics that is exported; null when none is.</summary>
    public Func<BaseExporter<Metric>>? NewMetrics => _options.Metrics ? NewMetricExporter : null;

    /// <summary>Exports metrics every interval, and once more in the end; and says when the collector does not take what it is sent.</summary>
    /// <param name="push">Collects and sends the metrics; may take as long as the collector.</param>
    /// <param name="stop">Ends it, after a last export.</param>
    public Task RunAsync(Action push, CancellationToken stop) =>
        Task.Factory.StartNew(() => PushUntil(push, stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public async ValueTask DisposeAsync()
    {
        // Both at once, and not for longer than that: then whoever still waits is cut off. Not a flush, which waits only for
        // what nobody has taken to the collector yet, and so not for the request that is under way.
        var milliseconds = (int)_lastWords.TotalMilliseconds;
        _cut.CancelAfter(_lastWords);
        await Task.WhenAll(Task.Run(() => _tracing?.Shutdown(milliseconds)), Task.Run(() => _logs?.Shutdown(milliseconds)));
        await _cut.CancelAsync();
        _tracing?.Dispose();
        _logging?.Dispose();
    }

    /// <summary>On a thread of its own, that is there from the start: a pool's thread that waits for a collector would be missed by clients.</summary>
    private void PushUntil(Action push, CancellationToken stop)
    {
        // The export that is under way when the daemon stops must not outlast it either.
        _ = stop.Register(() => _cut.CancelAfter(_lastWords));
        while (!stop.WaitHandle.WaitOne(_options.Interval))
        {
            Push(push);
            Tell();
        }

        Push(push);
    }

    private void Push(Action push)
    {
        try
        {
            push();
        }
        catch (Exception e)
        {
            Log.Bug(_logger, e);
        }
    }

    /// <summary>Transitions only: a collector that is gone for a night is two lines.</summary>
    private void Tell()
    {
        var dropped = Counters.Dropped;
        var isFailing = dropped > _dropped;
        if (isFailing && !_isFailing)
        {
            Log.Failing(_logger, _options.Endpoint, dropped - _dropped);
        }
        else if (!isFailing && _isFailing)
        {
            Log.Recovered(_logger, _options.Endpoint, dropped);
        }

        (_dropped, _isFailing) = (dropped, isFailing);
    }

    private MetricExporter NewMetricExporter() => new(OtlpTerms.Of(_options, OtlpSignal.Metrics, _cut.Token), Counters);

    private TracerProvider NewTracing()
    {
        var queue = new OtlpQueue(OtlpSignal.Traces, Counters);
        var exporter = new SpanExporter(OtlpTerms.Of(_options, OtlpSignal.Traces, _cut.Token), Counters, queue);
        return Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(TelemetryResource.Create())
            .AddSource(Tracing.SourceName)
            .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(1.0 / _options.TraceSample)))
            .AddProcessor(new SpanProcessor(exporter, queue, _options.Timeout))
            .Build();
    }

    private LogProcessor NewLogs(OtlpLogExporter exporter)
    {
        var queue = new OtlpQueue(OtlpSignal.Logs, Counters);
        return new LogProcessor(new LogExporter(exporter, Counters, queue), queue, _options.Timeout);
    }

    private static OpenTelemetryLoggerProvider NewLogging(LogResource resource, LogProcessor logs)
    {
        var options = new OpenTelemetryLoggerOptions { IncludeFormattedMessage = true, ParseStateValues = true };
        options.SetResourceBuilder(TelemetryResource.Create()).AddProcessor(resource).AddProcessor(logs);
        return new OpenTelemetryLoggerProvider(new LoggerOptions(options));
    }

    private static partial class Log
    {
        [LoggerMessage(31, LogLevel.Warning,
            "The collector at {Endpoint} does not take what it is sent: {Dropped} metrics, log records and spans were dropped. It is refused, absent, or too slow; nothing else waits for it.")]
        public static partial void Failing(ILogger logger, Uri endpoint, long dropped);

        [LoggerMessage(32, LogLevel.Information, "The collector at {Endpoint} takes everything again; {Dropped} were dropped so far.")]
        public static partial void Recovered(ILogger logger, Uri endpoint, long dropped);

        [LoggerMessage(33, LogLevel.Error, "Exporting metrics met a bug in ApiLb.")]
        public static partial void Bug(ILogger logger, Exception exception);
    }
}
