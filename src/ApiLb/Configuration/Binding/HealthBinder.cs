using ApiLb.Configuration.Values;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration.Binding;

/// <summary>Binds <c>health</c> of a pool.</summary>
internal sealed class HealthBinder(HealthFilesCheck files)
{
    private const int MostCounts = 100;
    private const int MostReuses = 1000;

    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ShortestSlowStart = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestSlowStart = TimeSpan.FromHours(1);

    public HealthOptions Bind(SectionReader section, IReadOnlyList<BackendOptions> backends)
    {
        var isTypeKnown = TryReadType(section, out var type);
        var defaults = new HealthOptions { Type = type };
        var health = defaults with
        {
            CaFile = type == HealthCheckType.Etcd ? files.Ca.Read(section, "caFile", EtcdBinder.CaOrigin) : files.Ca.Read(section, "caFile"),
            ClientCertificateFile = files.Credentials.ReadCertificate(section, "clientCertificateFile", "clientKeyFile", out var clientKeyFile),
            ClientKeyFile = clientKeyFile,
            TokenFile = files.Credentials.ReadToken(section, "tokenFile"),
            Path = section.Read("path", RequestPath.Parse, type is HealthCheckType.Http or HealthCheckType.Https ? "/" : defaults.Path),
            ServerName = section.Find("serverName") is { } setting && setting.TryRead(Values.ServerName.Parse, out var serverName) ? serverName : null,
            Interval = section.Read("interval", Duration.Between(ShortestInterval, LongestInterval), defaults.Interval),
            Timeout = section.Read("timeout", Duration.Between(ShortestInterval, LongestTimeout), defaults.Timeout),
            Fall = section.Read("fall", WholeNumber.Between(1, MostCounts), defaults.Fall),
            Rise = section.Read("rise", WholeNumber.Between(1, MostCounts), defaults.Rise),
            SlowStart = section.Read("slowStart", Duration.ZeroOrBetween(ShortestSlowStart, LongestSlowStart, "full share at once"), defaults.SlowStart),
            FreshConnectionEvery = section.Read("freshConnectionEvery", WholeNumber.Between(1, MostReuses), defaults.FreshConnectionEvery),
        };
        health = health with { FastInterval = ReadFastInterval(section, defaults.FastInterval, health.Interval) };
        if (isTypeKnown)
        {
            HealthPlausibility.Check(section, health, backends);
        }

        section.ReportUnknownKeys();
        return health;
    }

    /// <summary>False when the file names no type that exists; then tls stands in, about which no check complains.</summary>
    private static bool TryReadType(SectionReader section, out HealthCheckType type)
    {
        type = HealthCheckType.Tcp;
        var isKnown = section.Find("type") is { } setting
            ? setting.TryRead(Choice.Of<HealthCheckType>(), out type)
            : !section.IsUnreadable;
        type = isKnown ? type : HealthCheckType.Tls;
        return isKnown;
    }

    private static TimeSpan ReadFastInterval(SectionReader section, TimeSpan usual, TimeSpan interval)
    {
        // An interval below the usual fast one makes both the same, rather than an error about a key that nobody wrote.
        var whenAbsent = usual < interval ? usual : interval;
        var fast = section.Read("fastInterval", Duration.Between(ShortestInterval, LongestInterval), whenAbsent);
        if (fast > interval)
        {
            section.Error("fastInterval", $"{Duration.Format(fast)} is longer than interval ({Duration.Format(interval)})");
        }

        return fast;
    }
}
