using System.Diagnostics.Metrics;
using ApiLb.Backends;

namespace ApiLb.Telemetry;

/// <summary>The histograms that connections write. All in seconds, by pool and backend.</summary>
internal sealed class ConnectionMetrics
{
    private readonly Histogram<double> _connect;
    private readonly Histogram<double> _firstByte;
    private readonly Histogram<double> _lifetime;

    public ConnectionMetrics(Meter meter)
    {
        _connect = meter.CreateHistogram<double>("apilb_backend_connect_duration", "s", "Time until a backend's TCP handshake ended.");
        _firstByte = meter.CreateHistogram<double>("apilb_backend_first_byte_duration", "s", "Time from connecting to a backend's first byte.");
        _lifetime = meter.CreateHistogram<double>("apilb_backend_connection_duration", "s", "How long a served connection lived.");
    }

    public void Connected(Backend backend, TimeSpan duration) => Record(_connect, backend, duration);

    public void FirstByte(Backend backend, TimeSpan duration)
    {
        backend.FirstByteSample.Record(duration);
        Record(_firstByte, backend, duration);
    }

    public void Closed(Backend backend, TimeSpan lifetime) => Record(_lifetime, backend, lifetime);

    private static void Record(Histogram<double> histogram, Backend backend, TimeSpan duration)
    {
        if (histogram.Enabled)
        {
            histogram.Record(
                duration.TotalSeconds, new KeyValuePair<string, object?>("pool", backend.Pool), new("backend", backend.Name));
        }
    }
}
