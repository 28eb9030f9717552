using ApiLb.Configuration.Values;
using ApiLb.Configuration.Yaml;

namespace ApiLb.Configuration.Binding;

/// <summary>Whether what a pool discovers can be reached and trusted.</summary>
internal static class DiscoveryPlausibility
{
    public static void Check(SectionReader section, PoolOptions pool, string? stateDirectory)
    {
        if (pool.Discovery is not { } discovery)
        {
            return;
        }

        var isOfApiServers = discovery.Kubernetes?.NamesApiServers() ?? true;
        if (discovery is { Kubernetes: not null, Dns: null } && isOfApiServers && pool.Backends.Count == 0)
        {
            RequireFirstApiserver(section, stateDirectory);
        }

        if (isOfApiServers && pool.Health.Type is HealthCheckType.Tcp or HealthCheckType.Http)
        {
            section.Warn("discovery", $"health.type {Choice.WordOf(pool.Health.Type)} does not look at certificates: whatever answers at a discovered address gets clients; use kube-apiserver");
        }
    }

    private static void RequireFirstApiserver(SectionReader section, string? stateDirectory)
    {
        const string Reason = "the cluster is asked through the pool's own members, and there are none to begin with";
        const string Remedy = "list at least one server in backends, or add discovery.dns";
        if (stateDirectory is null)
        {
            section.Error("discovery", $"{Reason}: {Remedy}");
        }
        else
        {
            section.Warn("discovery", $"{Reason}, except those that an earlier run left in {Quoted.Shorten(stateDirectory)}: {Remedy}");
        }
    }
}
