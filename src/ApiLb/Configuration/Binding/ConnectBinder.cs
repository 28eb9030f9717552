using ApiLb.Configuration.Values;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration.Binding;

/// <summary>Binds <c>connect</c> of a pool.</summary>
internal static class ConnectBinder
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(10);

    public static ConnectOptions Bind(SectionReader section)
    {
        var defaults = new ConnectOptions();
        var connect = new ConnectOptions
        {
            Timeout = section.Read("timeout", Duration.Between(Shortest, TimeSpan.FromMinutes(1)), defaults.Timeout),
            TotalTimeout = section.Read("totalTimeout", Duration.Between(Shortest, TimeSpan.FromMinutes(5)), defaults.TotalTimeout),
            HedgeDelay = section.Read("hedgeDelay", Duration.ZeroOrBetween(Shortest, TimeSpan.FromMinutes(1), "never"), defaults.HedgeDelay),
            Source = section.Read("source", Choice.Of<ConnectSource>(), defaults.Source),
            Hedge = section.Read("hedge", Choice.Of<HedgeMode>(), defaults.Hedge),
        };
        if (connect is { Hedge: HedgeMode.Adaptive } && connect.HedgeDelay == TimeSpan.Zero)
        {
            section.Error("hedge", "adaptive needs a hedgeDelay to begin with, but hedgeDelay is 0 (never)");
        }

        RequireWithinTotal(section, "timeout", connect.Timeout, connect.TotalTimeout);
        RequireWithinTotal(section, "hedgeDelay", connect.HedgeDelay, connect.TotalTimeout);
        section.ReportUnknownKeys();
        return connect;
    }

    private static void RequireWithinTotal(SectionReader section, string key, TimeSpan value, TimeSpan total)
    {
        if (value > total)
        {
            section.Error(key, $"{Duration.Format(value)} is longer than totalTimeout ({Duration.Format(total)}), which covers all attempts");
        }
    }
}
