using ApiLb.Configuration.Values;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration.Binding;

/// <summary>Binds <c>shutdown</c>.</summary>
internal static class ShutdownBinder
{
    public static ShutdownOptions Bind(SectionReader section)
    {
        var defaults = new ShutdownOptions();
        var shutdown = new ShutdownOptions
        {
            Delay = section.Read("delay", Duration.Between(TimeSpan.Zero, TimeSpan.FromMinutes(10)), defaults.Delay),
            Grace = section.Read("grace", Duration.Between(TimeSpan.Zero, TimeSpan.FromHours(24)), defaults.Grace),
        };
        section.ReportUnknownKeys();
        return shutdown;
    }
}
