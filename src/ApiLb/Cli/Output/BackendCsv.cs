using ApiLb.Admin;

namespace ApiLb.Cli.Output;

/// <summary>Backends for spreadsheets, and what became of orders about them.</summary>
internal static class BackendCsv
{
    private static readonly string[] Names =
    [
        "pool", "backend", "address", "status", "cause", "since", "mode", "mode_by", "mode_until", "weight", "configured_weight", "backup", "connections",
        "connections_total", "connections_per_second", "connect_failures_total", "failovers_total", "bytes_to_backend_total", "bytes_to_client_total",
        "first_byte_p50_seconds", "first_byte_p99_seconds", "check_result", "check_status_code", "check_seconds",
    ];

    public static Csv Of(DaemonStatus status)
    {
        var csv = new Csv(Names);
        foreach (var backend in status.Pools.SelectMany(p => p.Backends, (pool, backend) => backend with { Pool = pool.Name }))
        {
            csv.Add(FieldsOf(backend));
        }

        return csv;
    }

    public static Csv Of(OrderResult order)
    {
        var csv = new Csv([.. Names, "message", "warning"]);
        csv.Add([.. FieldsOf(order.Backend), order.Message, order.Warning]);
        return csv;
    }

    private static object?[] FieldsOf(BackendStatus backend) =>
    [
        backend.Pool, backend.Name, backend.Address, backend.Status, backend.Cause, backend.Since, backend.Mode, backend.ModeOrder?.By, backend.ModeOrder?.Until,
        backend.Weight, backend.ConfiguredWeight, backend.Backup, backend.Active, backend.Connections, backend.ConnectionsPerSecond, backend.ConnectFailures,
        backend.Failovers, backend.BytesToBackend, backend.BytesToClient, backend.FirstByteP50Seconds, backend.FirstByteP99Seconds, backend.LastProbe?.Result,
        backend.LastProbe?.StatusCode, backend.LastProbe?.DurationSeconds,
    ];
}
