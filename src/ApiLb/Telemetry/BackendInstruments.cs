using System.Diagnostics.Metrics;
using ApiLb.Backends;
using ApiLb.Health;

namespace ApiLb.Telemetry;

/// <summary>Pools and backends: read from their snapshots and counters at scrape time, so nothing can be forgotten or stale.</summary>
internal sealed class BackendInstruments(IReadOnlyList<BackendPool> pools, SourcePorts ports)
{
    private static readonly CloseReason[] Reasons = Enum.GetValues<CloseReason>();
    private static readonly PoolAlarm[] Alarms = [.. Enum.GetValues<PoolAlarm>().Where(a => a != PoolAlarm.None)];
    private static readonly FailoverStage[] Stages = Enum.GetValues<FailoverStage>();
    private static readonly ConnectionClass[] Classes = Enum.GetValues<ConnectionClass>();
    private static readonly HealthStatus[] States = Enum.GetValues<HealthStatus>();
    private static readonly OperatorMode[] Modes = Enum.GetValues<OperatorMode>();

    public void AddTo(Meter meter)
    {
        AddPools(meter);
        AddTraffic(meter);
        AddHealth(meter);
    }

    private void AddPools(Meter meter)
    {
        meter.CreateObservableGauge(
            "apilb_pool_ready_backends",
            () => pools.Select(p => Of(p, p.Snapshot.ReadyCount)),
            description: "Backends that take new connections, backups included.");
        meter.CreateObservableGauge(
            "apilb_pool_fail_open",
            () => pools.Select(p => Of(p, p.Snapshot.IsFailingOpen ? 1 : 0)),
            description: "1 while nobody is ready and connections go to backends that are not.");
        meter.CreateObservableGauge(
            "apilb_pool_waiting_clients",
            () => pools.Select(p => Of(p, p.Line.Length)),
            description: "Clients that wait because every usable backend has as many connections as it may have.");
        meter.CreateObservableGauge(
            "apilb_pool_alarm",
            () => pools.SelectMany(AlarmsOf),
            description: "1 for what is wrong with the pool as a whole, 0 for the others.");
    }

    private static IEnumerable<Measurement<int>> AlarmsOf(BackendPool pool) =>
        Alarms.Select(a => new Measurement<int>(pool.Snapshot.Alarm == a ? 1 : 0, new("pool", pool.Name), new("alarm", EnumLabel.Snake(a))));

    private void AddTraffic(Meter meter)
    {
        meter.CreateObservableGauge(
            "apilb_backend_connections",
            () => Each(b => Of(b, b.Counters.Active)),
            description: "Connections now open to the backend, those being dialled included.");
        meter.CreateObservableGauge(
            "apilb_backend_connections_by_class",
            () => EachMany(b => Classes.Select(c => Of(b, b.Connections.CountOf(c), "class", EnumLabel.Snake(c)))),
            description: "Established connections by what their clients offered (ALPN).");
        meter.CreateObservableCounter(
            "apilb_backend_connections_total",
            () => Each(b => Of(b, b.Counters.Connections)),
            description: "Connections that the backend served.");
        meter.CreateObservableCounter(
            "apilb_backend_connect_failures",
            () => Each(b => Of(b, b.Counters.ConnectFailures)),
            description: "Attempts that were refused, reset or left without an answer.");
        meter.CreateObservableCounter(
            "apilb_backend_failovers",
            () => EachMany(b => Stages.Select(s => Of(b, b.Counters.FailoversAt(s), "stage", EnumLabel.Snake(s)))),
            description: "Clients that another backend served, unnoticed, because this one failed them.");
        meter.CreateObservableCounter(
            "apilb_backend_bytes",
            () => EachMany(b => [Of(b, b.Counters.BytesToBackend, "direction", "to_backend"), Of(b, b.Counters.BytesToClient, "direction", "to_client")]),
            "By",
            "Bytes relayed.");
        meter.CreateObservableCounter(
            "apilb_backend_closes",
            () => EachMany(b => Reasons.Select(r => Of(b, b.Counters.Closes(r), "reason", EnumLabel.Snake(r)))),
            description: "Served connections that ended, by the one reason each has.");
        meter.CreateObservableGauge(
            "apilb_backend_source_ports_used_ratio",
            () => ports.Used().Select(u => new Measurement<double>(u.Ratio, TagsOf(u.Backend))),
            description: "The share of the local port range that connections to the backend's address take.");
    }

    private void AddHealth(Meter meter)
    {
        meter.CreateObservableGauge(
            "apilb_backend_state",
            () => EachMany(b => States.Select(s => Of(b, b.Health.Current.Status == s ? 1 : 0, "state", EnumLabel.Snake(s)))),
            description: "1 for the state that the evidence gives the backend, 0 for the others.");
        meter.CreateObservableGauge(
            "apilb_backend_mode",
            () => EachMany(b => Modes.Select(m => Of(b, b.Mode == m ? 1 : 0, "mode", EnumLabel.Snake(m)))),
            description: "1 for the mode that the operator gave the backend, 0 for the others.");
        meter.CreateObservableGauge(
            "apilb_backend_slowstart",
            () => pools.SelectMany(p => p.Snapshot.Backends.Select(b => new Measurement<double>(b.Health.Share(p.Now), TagsOf(b)))),
            "1",
            "The share of its weight that the backend gets: 1, or less while it is warming.");
    }

    private IEnumerable<Measurement<long>> Each(Func<Backend, Measurement<long>> read) => pools.SelectMany(p => p.Snapshot.Backends).Select(read);

    private IEnumerable<Measurement<long>> EachMany(Func<Backend, IEnumerable<Measurement<long>>> read) =>
        pools.SelectMany(p => p.Snapshot.Backends).SelectMany(read);

    private static Measurement<long> Of(BackendPool pool, long value) => new(value, new KeyValuePair<string, object?>("pool", pool.Name));

    private static Measurement<long> Of(Backend backend, long value) => new(value, TagsOf(backend));

    private static Measurement<long> Of(Backend backend, long value, string label, string word) => new(value, [.. TagsOf(backend), new(label, word)]);

    private static KeyValuePair<string, object?>[] TagsOf(Backend backend) => [new("pool", backend.Pool), new("backend", backend.Name)];
}
