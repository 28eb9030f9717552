using ApiLb.Configuration.Values;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration.Binding;

/// <summary>Binds <c>transport</c>.</summary>
internal static class TransportBinder
{
    public static TransportOptions Bind(SectionReader section)
    {
        int? reactors = section.Find("reactors") is { } setting && setting.TryRead(WholeNumber.Between(1, 64), out var count) ? count : null;
        section.ReportUnknownKeys();
        return new TransportOptions { Reactors = reactors };
    }
}
