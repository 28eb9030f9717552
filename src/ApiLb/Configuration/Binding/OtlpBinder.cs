using ApiLb.Configuration.Values;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration.Binding;

/// <summary>Binds <c>otlp</c>.</summary>
internal sealed class OtlpBinder(HealthFilesCheck files)
{
    private const string CaOrigin = "it is the CA that signed the collector's certificate";
    private const int LargestSample = 1_000_000;

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(1);

    /// <summary>Null when the section is absent or empty: then nothing is exported.</summary>
    public OtlpOptions? Bind(SectionReader section)
    {
        if (section.IsEmpty)
        {
            return null;
        }

        if (!section.Has("endpoint"))
        {
            section.ReportMissing("endpoint", "it says where the collector is, such as http://127.0.0.1:4318");
        }

        var endpoint = section.Find("endpoint") is { } setting && setting.TryRead(CollectorUrl.Parse, out var url) ? url : null;
        var defaults = new OtlpOptions { Endpoint = endpoint! };
        var otlp = defaults with
        {
            Protocol = section.Read("protocol", Choice.Of<OtlpProtocol>(), defaults.Protocol),
            CaFile = files.Ca.Read(section, "caFile", CaOrigin),
            HeadersFile = files.Credentials.ReadHeaders(section, "headersFile"),
            Interval = section.Read("interval", Duration.Between(Shortest, LongestInterval), defaults.Interval),
            Timeout = section.Read("timeout", Duration.Between(Shortest, LongestTimeout), defaults.Timeout),
            Metrics = section.Read("metrics", Flag.Parse, defaults.Metrics),
            Logs = section.Read("logs", Flag.Parse, defaults.Logs),
            Traces = section.Read("traces", Flag.Parse, defaults.Traces),
            TraceSample = section.Read("traceSample", WholeNumber.Between(1, LargestSample), defaults.TraceSample),
        };
        Warn(section, otlp);
        section.ReportUnknownKeys();
        return endpoint is null ? null : otlp;
    }

    private static void Warn(SectionReader section, OtlpOptions otlp)
    {
        if (otlp is { Metrics: false, Logs: false, Traces: false })
        {
            section.Error("exports nothing: metrics, logs and traces are all false; remove the section");
        }

        WarnUnused(section, "interval", otlp.Metrics, "metrics: true");
        WarnUnused(section, "traceSample", otlp.Traces, "traces: true");
        WarnUnused(section, "caFile", otlp.Endpoint?.Scheme != Uri.UriSchemeHttp, "an endpoint that begins with https://");
    }

    private static void WarnUnused(SectionReader section, string key, bool isUsed, string without)
    {
        if (!isUsed && section.Has(key))
        {
            section.Warn(key, $"has no effect without {without}");
        }
    }
}
