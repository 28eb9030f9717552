using ApiLb.Configuration.Values;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration.Binding;

/// <summary>Binds a listener's <c>limits</c>.</summary>
internal static class ListenerLimitBinder
{
    private const int HighestRate = 100_000;

    public static ListenerLimitOptions Bind(SectionReader section)
    {
        var limits = new ListenerLimitOptions
        {
            MaxConnections = ReadNumber(section, "maxConnections", LimitBinder.Most),
            MaxConnectionsPerSource = ReadNumber(section, "maxConnectionsPerSource", LimitBinder.Most),
            ExemptSources = NetworkListBinder.Bind(section, "exemptSources"),
            AcceptRate = ReadNumber(section, "acceptRate", HighestRate),
        };
        if (section.Has("exemptSources") && !section.Has("maxConnectionsPerSource"))
        {
            section.Warn("exemptSources", "has no effect without maxConnectionsPerSource");
        }

        section.ReportUnknownKeys();
        return limits;
    }

    private static int? ReadNumber(SectionReader section, string key, int most) =>
        section.Find(key) is { } setting && setting.TryRead(WholeNumber.Between(1, most), out var number) ? number : null;
}
