using ApiLb.Configuration.Values;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration.Binding;

/// <summary>Binds one entry of <c>pools</c>.</summary>
internal sealed class PoolBinder(HealthBinder health, DiscoveryBinder discovery, UpstreamBinder upstream)
{
    public PoolOptions Bind(string name, SectionReader section)
    {
        var discovered = discovery.Bind(section.Section("discovery"));
        var backends = BindBackends(section, discovered);
        var pool = new PoolOptions
        {
            Name = name,
            Balance = section.Read("balance", Choice.Of<BalancePolicy>(), BalancePolicy.LeastConnections),
            Backends = backends,
            Discovery = discovered,
            Health = health.Bind(section.Section("health"), backends),
            ProxyProtocol = section.Read("proxyProtocol", Choice.Of<ProxyProtocolVersion>(), ProxyProtocolVersion.None),
            Upstream = upstream.Bind(section.Section("upstream")),
            Connect = ConnectBinder.Bind(section.Section("connect")),
            Queue = QueueBinder.Bind(section.Section("queue"), backends),
            Rebalance = RebalanceBinder.Bind(section.Section("rebalance")),
            PreferLocal = section.Read("preferLocal", Flag.Parse, false),
            Timeouts = TimeoutBinder.Bind(section.Section("timeouts")),
            ControlPlaneEndpoint = BindEndpoint(section),
        };
        section.ReportUnknownKeys();
        return pool;
    }

    private static List<BackendOptions> BindBackends(SectionReader section, DiscoveryOptions? discovered)
    {
        if (section.Find("backends") is not { } setting)
        {
            if (discovered is null)
            {
                section.ReportMissing("backends", "list at least one server, such as 10.0.0.11:6443");
            }

            return [];
        }

        var items = setting.Items();
        if (setting.IsEmpty && discovered is null)
        {
            setting.Error("is empty; list at least one server, such as 10.0.0.11:6443");
        }

        var backends = new List<BackendOptions>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var nameAt = new Dictionary<BackendAddress, string>();
        foreach (var item in items)
        {
            if (BackendBinder.Bind(item) is { } backend)
            {
                RefuseDuplicate(item, backend, names, nameAt);
                backends.Add(backend);
            }
        }

        if (backends.Count > 0 && backends.TrueForAll(backend => backend.Weight == 0))
        {
            setting.Warn("every backend has weight 0: nothing will be served");
        }

        return backends;
    }

    private static BackendAddress? BindEndpoint(SectionReader section) =>
        section.Find("controlPlaneEndpoint") is { } setting && setting.TryRead(ParseEndpoint, out var endpoint) ? endpoint : null;

    // The port is optional, as it is for kubeadm: only the host stands in certificates.
    private static Parsed<BackendAddress> ParseEndpoint(string text)
    {
        const int KubernetesPort = 6443;
        return text.StartsWith(UnixPath.Prefix, StringComparison.Ordinal)
            ? Parsed<BackendAddress>.Failed("is a unix socket; write the host and port that clients use")
            : HostAndPort.IsHost(text) ? Parsed<BackendAddress>.Of(new BackendAddress(text, KubernetesPort))
            : ServerAddress.Parse(text);
    }

    private static void RefuseDuplicate(
        SettingReader item, BackendOptions backend, HashSet<string> names, Dictionary<BackendAddress, string> nameAt)
    {
        var isNewName = names.Add(backend.Name);
        if (!isNewName)
        {
            item.Error($"there is already a backend named {Quoted.Of(backend.Name)} in this pool");
        }

        if (!nameAt.TryAdd(backend.Address, backend.Name) && isNewName)
        {
            item.Error($"has the same address as backend {Quoted.Of(nameAt[backend.Address])}; use weight to give a server a larger share");
        }
    }
}
