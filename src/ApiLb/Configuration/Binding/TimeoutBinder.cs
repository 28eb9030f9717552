using ApiLb.Configuration.Values;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration.Binding;

/// <summary>Binds <c>timeouts</c> of a pool.</summary>
internal static class TimeoutBinder
{
    private static readonly TimeSpan ShortestHalfClosed = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestHalfClosed = TimeSpan.FromHours(24);

    private static readonly TimeSpan ShortestIdle = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestIdle = TimeSpan.FromDays(30);

    public static TimeoutOptions Bind(SectionReader section)
    {
        var defaults = new TimeoutOptions();
        var timeouts = new TimeoutOptions
        {
            HalfClosed = section.Read("halfClosed", Duration.ZeroOrBetween(ShortestHalfClosed, LongestHalfClosed, "never"), defaults.HalfClosed),
            Idle = section.Read("idle", Duration.ZeroOrBetween(ShortestIdle, LongestIdle, "never"), defaults.Idle),
            Drain = section.Read("drain", Duration.ZeroOrBetween(ShortestIdle, LongestHalfClosed, "until they end"), defaults.Drain),
        };
        section.ReportUnknownKeys();
        return timeouts;
    }
}
