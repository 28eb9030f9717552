using ApiLb.Configuration.Values;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration.Binding;

/// <summary>Binds <c>rebalance</c> of a pool.</summary>
internal static class RebalanceBinder
{
    public static RebalanceOptions Bind(SectionReader section)
    {
        var defaults = new RebalanceOptions();
        var rebalance = new RebalanceOptions
        {
            Enabled = section.Read("enabled", Flag.Parse, defaults.Enabled),
            After = section.Read("after", Duration.Between(TimeSpan.FromSeconds(1), TimeSpan.FromHours(24)), defaults.After),
        };
        section.ReportUnknownKeys();
        return rebalance;
    }
}
