using ApiLb.Configuration.Values;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration.Binding;

/// <summary>Binds one entry of <c>pools</c>.</summary>
internal sealed class PoolBinder(HealthBinder health)
{
    public PoolOptions Bind(string name, SectionReader section)
    {
        var backends = BindBackends(section);
        var pool = new PoolOptions
        {
            Name = name,
            Balance = section.Read("balance", Choice.Of<BalancePolicy>(), BalancePolicy.LeastConnections),
            Backends = backends,
            Health = health.Bind(section.Section("health"), backends),
            Connect = ConnectBinder.Bind(section.Section("connect")),
            Timeouts = TimeoutBinder.Bind(section.Section("timeouts")),
        };
        section.ReportUnknownKeys();
        return pool;
    }

    private static List<BackendOptions> BindBackends(SectionReader section)
    {
        if (section.Find("backends") is not { } setting)
        {
            section.ReportMissing("backends", "list at least one server, such as 10.0.0.11:6443");
            return [];
        }

        var items = setting.Items();
        if (setting.IsEmpty)
        {
            setting.Error("is empty; list at least one server, such as 10.0.0.11:6443");
        }

        var backends = new List<BackendOptions>();
        foreach (var item in items)
        {
            if (BackendBinder.Bind(item) is { } backend)
            {
                RefuseDuplicate(item, backend, backends);
                backends.Add(backend);
            }
        }

        if (backends.Count > 0 && backends.TrueForAll(backend => backend.Weight == 0))
        {
            setting.Warn("every backend has weight 0: nothing will be served");
        }

        return backends;
    }

    private static void RefuseDuplicate(SettingReader item, BackendOptions backend, List<BackendOptions> others)
    {
        if (others.Exists(other => other.Name == backend.Name))
        {
            item.Error($"there is already a backend named {Quoted.Of(backend.Name)} in this pool");
        }
        else if (others.Find(other => other.Address == backend.Address) is { } twin)
        {
            item.Error($"has the same address as backend {Quoted.Of(twin.Name)}; use weight to give a server a larger share");
        }
    }
}
