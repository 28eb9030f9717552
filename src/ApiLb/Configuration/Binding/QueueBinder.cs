using ApiLb.Configuration.Values;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration.Binding;

/// <summary>Binds <c>queue</c> of a pool.</summary>
internal static class QueueBinder
{
    private const int LongestLine = 100_000;

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    public static QueueOptions Bind(SectionReader section, IReadOnlyList<BackendOptions> backends)
    {
        var defaults = new QueueOptions();
        var queue = new QueueOptions
        {
            MaxLength = section.Read("maxLength", WholeNumber.Between(0, LongestLine), defaults.MaxLength),
            Timeout = section.Read("timeout", Duration.Between(Shortest, Longest), defaults.Timeout),
        };
        if (!section.IsEmpty && backends.All(backend => backend.MaxConnections is null))
        {
            section.Warn("has no effect: no backend of this pool has maxConnections");
        }

        section.ReportUnknownKeys();
        return queue;
    }
}
