namespace ApiLb.Telemetry.Otlp;

/// <summary>
/// The places between those who have something to export and the thread that sends it. Who finds none drops what it has, and that
/// is counted; nobody ever waits. Bounds the SDK's own queue, which drops without telling. Thread-safe.
/// </summary>
internal sealed class OtlpQueue(OtlpSignal signal, OtlpCounters counters)
{
    /// <summary>The SDK's usual size: some seconds of a busy daemon, about a megabyte.</summary>
    public const int Places = 2048;

    /// <summary>The SDK's usual size of one request.</summary>
    public const int LargestBatch = 512;

    public static readonly TimeSpan Delay = TimeSpan.FromSeconds(1);

    private int _taken;

    /// <returns>False when there is none; then one is counted as dropped.</returns>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _taken) <= Places)
        {
            return true;
        }

        Interlocked.Decrement(ref _taken);
        counters.Lost(signal, OtlpDropCause.QueueFull, 1);
        return false;
    }

    public void Leave(long count) => Interlocked.Add(ref _taken, -(int)count);
}
