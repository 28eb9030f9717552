namespace ApiLb.Transport;

/// <summary>Ids of connections for logs, made only for connections that are logged. Thread-safe.</summary>
internal static class CorrelationId
{
    private static long _last;

    public static string Next() => Interlocked.Increment(ref _last).ToString("x8", System.Globalization.CultureInfo.InvariantCulture);
}
