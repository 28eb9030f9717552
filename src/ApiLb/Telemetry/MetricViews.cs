using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;

namespace ApiLb.Telemetry;

/// <summary>
/// How the SDK keeps each instrument. The histograms' upper bounds are in seconds, and fixed: changing one breaks the
/// operators' recorded queries.
/// </summary>
internal static class MetricViews
{
    /// <summary>From one rack (0.5 ms) to the 5 s that all attempts of a client may take.</summary>
    private static readonly double[] Answer = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

    /// <summary>From a kubectl call (1 s) to a kubelet's watch that nothing disturbed (24 h).</summary>
    private static readonly double[] Lifetime = [1, 5, 15, 60, 300, 900, 1800, 3600, 14400, 43200, 86400];

    /// <summary>A check; its deadline is 3 s by default.</summary>
    private static readonly double[] Check = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

    /// <summary>From a static page to a long poll.</summary>
    private static readonly double[] Request = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

    private static readonly Dictionary<string, double[]> ByInstrument = new(StringComparer.Ordinal)
    {
        ["apilb_backend_connect_duration"] = Answer,
        ["apilb_backend_first_byte_duration"] = Answer,
        ["apilb_backend_connection_duration"] = Lifetime,
        ["apilb_backend_check_duration"] = Check,
        ["apilb_http_request_duration"] = Request,
    };

    /// <summary>The view of one instrument.</summary>
    /// <param name="instrument">Of any kind.</param>
    /// <param name="members">Listeners, pools and backends together.</param>
    public static MetricStreamConfiguration ViewOf(Instrument instrument, int members)
    {
        var limit = SeriesLimit.Of(instrument.Name, members);
        return ByInstrument.TryGetValue(instrument.Name, out var boundaries)
            ? new ExplicitBucketHistogramConfiguration { Boundaries = boundaries, RecordMinMax = false, CardinalityLimit = limit }
            : new MetricStreamConfiguration { CardinalityLimit = limit };
    }
}
