using System.Globalization;
using ApiLb.Backends;
using ApiLb.Configuration;

namespace ApiLb.Telemetry;

/// <summary>The daemon in one line, as <c>systemctl status</c> shows it: <c>3/3 apiservers ready, 412 connections</c>.</summary>
internal static class StatusLine
{
    public static string Of(IReadOnlyList<BackendPool> pools, IReadOnlyList<ListenerCounters> listeners)
    {
        var connections = listeners.Sum(l => l.Active);
        var parts = pools.Select(p => pools.Count == 1 ? Of(p) : $"{p.Name}: {Of(p)}");
        var noun = connections == 1 ? "connection" : "connections";
        return string.Create(CultureInfo.InvariantCulture, $"{string.Join("; ", parts)}, {connections} {noun}");
    }

    private static string Of(BackendPool pool)
    {
        var snapshot = pool.Snapshot;
        var noun = pool.Options.Health.Type == HealthCheckType.KubeApiserver ? "apiservers" : "backends";
        var failOpen = snapshot.IsFailingOpen ? " (failing open)" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{snapshot.ReadyCount}/{snapshot.Backends.Count} {noun} ready{failOpen}");
    }
}
