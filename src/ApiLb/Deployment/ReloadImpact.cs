using System.Globalization;
using ApiLb.Admin;
using ApiLb.Backends;
using ApiLb.Configuration.Changes;
using ApiLb.Telemetry;

namespace ApiLb.Deployment;

/// <summary>What a change of the configuration means for established connections at this moment. Changes nothing.</summary>
internal sealed class ReloadImpact(IReadOnlyList<BackendPool> pools, IReadOnlyList<ListenerCounters> listeners)
{
    public IReadOnlyList<ReloadChangeStatus> Of(ReloadPlan plan) => [.. plan.Changes.Select(Of)];

    private ReloadChangeStatus Of(SettingChange change)
    {
        if (ReloadPlan.NeedsRestart(change))
        {
            return new ReloadChangeStatus(change.ToString(), true, 0, "needs a restart");
        }

        return change switch
        {
            { After: null, Path: ["listeners", var name] } => Stay(change, listeners.Where(l => l.Name == name).Sum(l => l.Active)),
            { After: null, Path: ["pools", var name] } => Drain(change, name, _ => true),
            { After: null, Path: ["pools", var name, "backends", var backend] } => Drain(change, name, b => b.Name == backend),
            { Path: ["pools", var name, "backends", var backend, "address"] } => Drain(change, name, b => b.Name == backend),
            _ => new ReloadChangeStatus(change.ToString(), false, 0, null),
        };
    }

    private static ReloadChangeStatus Stay(SettingChange change, long connections) => new(
        change.ToString(), false, connections, string.Create(CultureInfo.InvariantCulture, $"its {Count(connections)} live until they end"));

    private ReloadChangeStatus Drain(SettingChange change, string name, Func<Backend, bool> isLeaving)
    {
        var pool = pools.FirstOrDefault(p => p.Name == name);
        var connections = pool?.Snapshot.Backends.Where(isLeaving).Sum(b => b.Counters.Active) ?? 0;
        var grace = pool?.Options.Timeouts.Drain.TotalSeconds ?? 0;
        var until = grace > 0 ? string.Create(CultureInfo.InvariantCulture, $"may finish within {grace} s") : "live until they end";
        return new ReloadChangeStatus(change.ToString(), false, connections, $"its {Count(connections)} {until}");
    }

    private static string Count(long connections) =>
        string.Create(CultureInfo.InvariantCulture, $"{connections} {(connections == 1 ? "connection" : "connections")}");
}
