using ApiLb.Backends;
using OpenTelemetry;

namespace ApiLb.Telemetry;

/// <summary>Whom metrics are about at one moment, by name: listeners, pools and their backends. Immutable.</summary>
internal sealed class MemberNames
{
    private readonly HashSet<(string Pool, string Backend)> _backends;
    private readonly HashSet<string> _groups;

    public MemberNames(IReadOnlyList<BackendPool> pools, IReadOnlyList<ListenerCounters> listeners)
    {
        _backends = [.. pools.SelectMany(p => p.Snapshot.Backends).Select(b => (b.Pool, b.Name))];
        _groups = [.. pools.Select(p => $"pool {p.Name}"), .. listeners.Select(l => $"listener {l.Name}")];
    }

    /// <summary>Listeners, pools and backends together.</summary>
    public int Count => _backends.Count + _groups.Count;

    public bool AreSame(MemberNames other) => _backends.SetEquals(other._backends) && _groups.SetEquals(other._groups);

    /// <summary>False for the labels of a backend that has left.</summary>
    public bool Has(ReadOnlyTagCollection labels)
    {
        string? pool = null;
        string? backend = null;
        foreach (var (key, value) in labels)
        {
            pool = key == "pool" ? value as string : pool;
            backend = key == "backend" ? value as string : backend;
        }

        return pool is null || backend is null || _backends.Contains((pool, backend));
    }
}
