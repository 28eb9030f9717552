using ApiLb.Configuration.Values;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration.Binding;

/// <summary>Binds the root of the file: what the sections are called and in which order they need each other.</summary>
internal sealed class ConfigurationBinder(ConfigurationFindings findings, HealthFilesCheck files)
{
    public ApiLbOptions Bind(YamlMapping file)
    {
        var root = new SectionReader(file.Entries, SourcePosition.Start, path: "", findings);
        var listenerSections = NamedSections(root, "listeners", "it says where clients connect");
        var poolSections = NamedSections(root, "pools", "it says which servers answer");

        var bound = new BoundAddresses();
        var admin = AdminBinder.Bind(root.Section("admin"), bound);
        var pools = BindPools(poolSections);
        var listeners = BindListeners(listenerSections, pools, bound);
        WarnOfUnusedPools(poolSections, listeners);

        var options = new ApiLbOptions
        {
            Listeners = listeners,
            Pools = pools,
            Etcd = new EtcdBinder(files).Bind(root.Section("etcd")),
            Limits = LimitBinder.Bind(root.Section("limits")),
            Admin = admin,
            Shutdown = ShutdownBinder.Bind(root.Section("shutdown")),
            Transport = TransportBinder.Bind(root.Section("transport")),
        };
        options = options with { StateDirectory = root.ReadOrNone("stateDirectory", DirectoryPath.Parse, options.StateDirectory) };
        foreach (var (pool, (_, section)) in pools.Zip(poolSections))
        {
            DiscoveryPlausibility.Check(section, pool, options.StateDirectory);
        }

        root.ReportUnknownKeys();
        return options;
    }

    private static List<(string Name, SectionReader Section)> NamedSections(SectionReader root, string key, string purpose)
    {
        if (!root.Has(key))
        {
            root.ReportMissing(key, purpose);
        }

        var section = root.Section(key);
        if (root.Has(key) && section is { IsEmpty: true, IsUnreadable: false })
        {
            section.Error("is empty; it needs at least one entry");
        }

        return [.. section.NamedSections()];
    }

    private List<PoolOptions> BindPools(List<(string Name, SectionReader Section)> sections)
    {
        var binder = new PoolBinder(new HealthBinder(files), new DiscoveryBinder(files.Ca), new UpstreamBinder(files));
        return sections.ConvertAll(pool => binder.Bind(pool.Name, pool.Section));
    }

    private List<ListenerOptions> BindListeners(
        List<(string Name, SectionReader Section)> sections, List<PoolOptions> pools, BoundAddresses bound)
    {
        var binder = new ListenerBinder(pools, bound, files);
        return sections.ConvertAll(listener => binder.Bind(listener.Name, listener.Section));
    }

    private static void WarnOfUnusedPools(List<(string Name, SectionReader Section)> pools, List<ListenerOptions> listeners)
    {
        var used = listeners.SelectMany(listener => listener.PoolNames()).ToList();

        // A listener that could not be read, or whose pool does not exist, probably means one of those that seem to be unused.
        if (listeners.Count == 0 || used.Exists(name => !pools.Exists(pool => pool.Name == name)))
        {
            return;
        }

        foreach (var (_, section) in pools.Where(pool => !used.Contains(pool.Name)))
        {
            section.Warn("no listener uses this pool");
        }
    }
}
