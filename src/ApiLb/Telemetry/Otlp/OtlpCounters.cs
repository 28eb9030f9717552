using System.Diagnostics.Metrics;

namespace ApiLb.Telemetry.Otlp;

/// <summary>
/// What became of everything that was to be exported: each item is sent or dropped, and counted once. An item of metrics is one
/// metric of one export, whatever its series. Thread-safe.
/// </summary>
internal sealed class OtlpCounters
{
    private static readonly OtlpSignal[] Signals = Enum.GetValues<OtlpSignal>();
    private static readonly OtlpDropCause[] Causes = Enum.GetValues<OtlpDropCause>();

    private readonly long[] _sent = new long[Signals.Length];
    private readonly long[] _dropped = new long[Signals.Length * Causes.Length];

    public long SentOf(OtlpSignal signal) => Volatile.Read(ref _sent[(int)signal]);

    public long DroppedOf(OtlpSignal signal, OtlpDropCause cause) => Volatile.Read(ref _dropped[IndexOf(signal, cause)]);

    /// <summary>Of all kinds, for whatever cause.</summary>
    public long Dropped => Signals.Sum(s => Causes.Sum(c => DroppedOf(s, c)));

    public void Sent(OtlpSignal signal, long count) => Interlocked.Add(ref _sent[(int)signal], count);

    public void Lost(OtlpSignal signal, OtlpDropCause cause, long count) => Interlocked.Add(ref _dropped[IndexOf(signal, cause)], count);

    public void AddTo(Meter meter)
    {
        meter.CreateObservableCounter(
            "apilb_otlp_sent_items",
            () => Signals.Select(s => new Measurement<long>(SentOf(s), new KeyValuePair<string, object?>("signal", EnumLabel.Snake(s)))),
            description: "Metrics, log records and spans that the collector took.");
        meter.CreateObservableCounter(
            "apilb_otlp_dropped_items",
            () => Signals.SelectMany(s => Causes.Select(c => new Measurement<long>(
                DroppedOf(s, c), new("signal", EnumLabel.Snake(s)), new KeyValuePair<string, object?>("cause", EnumLabel.Snake(c))))),
            description: "Metrics, log records and spans that the collector did not get.");
    }

    private static int IndexOf(OtlpSignal signal, OtlpDropCause cause) => ((int)signal * Causes.Length) + (int)cause;
}
