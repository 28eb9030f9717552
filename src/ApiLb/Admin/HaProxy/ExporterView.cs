using System.Globalization;
using ApiLb.Telemetry;

namespace ApiLb.Admin.HaProxy;

/// <summary>
/// The daemon under the names and labels of HAProxy's own Prometheus exporter (addons/promex), for dashboards and alert rules that know
/// them: <c>admin.haproxyMetrics</c>. Thread-safe.
/// </summary>
internal sealed class ExporterView(RuntimeSources sources)
{
    private static readonly string[] UpDown = [ServerWord.Down, ServerWord.Up];

    private static readonly (string Name, bool IsCounter, string Info, string Help)[] Process =
    [
        ("nbthread", false, "Nbthread", "Threads that move bytes."),
        ("nbproc", false, "Nbproc", "Always 1."),
        ("relative_process_id", false, "Process_num", "Always 1."),
        ("uptime_seconds", false, "Uptime_sec", "Seconds since the start."),
        ("start_time_seconds", false, "Start_time_sec", "When it started."),
        ("max_connections", false, "Maxconn", "Connections that there may be at once."),
        ("hard_max_connections", false, "Hard_maxconn", "Connections that there may be at once."),
        ("current_connections", false, "CurrConns", "Connections now."),
        ("connections_total", true, "CumConns", "Connections."),
        ("requests_total", true, "CumReq", "Connections: requests are not read."),
        ("listeners", false, "Listeners", "Listeners."),
        ("stopping", false, "Stopping", "1 while it stops."),
        ("bytes_out_total", true, "TotalBytesOut", "Bytes to clients."),
    ];

    private readonly StatReader _stat = new(sources);
    private readonly ProcessTable _info = new(sources);

    public byte[] Write()
    {
        var text = new PrometheusText();
        WriteProcess(text);
        var rows = _stat.Read();
        foreach (var scope in Enum.GetValues<StatScope>())
        {
            WriteScope(text, scope, [.. rows.Where(r => r.Scope == scope)]);
        }

        return text.ToUtf8();
    }

    private void WriteProcess(PrometheusText text)
    {
        text.WriteFamily("haproxy_process_build_info", "gauge", "The version.");
        text.WriteSample("haproxy_process_build_info", [("version", ProcessLifetime.Version)], 1);
        var values = _info.Read().ToDictionary(i => i.Name, i => i.Value, StringComparer.Ordinal);
        foreach (var (name, isCounter, info, help) in Process)
        {
            var family = $"haproxy_process_{name}";
            text.WriteFamily(family, isCounter ? "counter" : "gauge", help);
            text.WriteSample(family, [], double.Parse(values[info], CultureInfo.InvariantCulture));
        }
    }

    private void WriteScope(PrometheusText text, StatScope scope, IReadOnlyList<StatRow> rows)
    {
        var prefix = $"haproxy_{EnumLabel.Snake(scope)}_";
        WriteStatus(text, $"{prefix}status", scope, rows);
        foreach (var family in ExporterFamily.All.Where(f => f.Scopes.Contains(scope)))
        {
            text.WriteFamily(prefix + family.Name, family.IsCounter ? "counter" : "gauge", family.Help);
            foreach (var row in rows)
            {
                if (row.Number(family.Column) is { } number)
                {
                    text.WriteSample(prefix + family.Name, LabelsOf(row), family.IsMilliseconds ? number / 1000 : number);
                }
            }
        }

        if (scope == StatScope.Server)
        {
            WriteServers(text, rows);
        }
        else if (scope == StatScope.Backend)
        {
            WriteServersByStatus(text);
        }
    }

    /// <summary>A state is a label; each has a sample, one of them 1.</summary>
    private static void WriteStatus(PrometheusText text, string family, StatScope scope, IReadOnlyList<StatRow> rows)
    {
        text.WriteFamily(family, "gauge", "1 for the status that it has.");
        foreach (var row in rows)
        {
            var status = scope == StatScope.Frontend ? ServerWord.Up : row.Fields["status"];
            WriteStates(text, family, LabelsOf(row), scope == StatScope.Server ? ServerWord.All : UpDown, state => state == status ? 1 : 0);
        }
    }

    private static void WriteServers(PrometheusText text, IReadOnlyList<StatRow> rows)
    {
        const string Checks = "haproxy_server_check_status";
        text.WriteFamily(Checks, "gauge", "1 for how the last check ended.");
        foreach (var row in rows.Where(r => r.Fields.ContainsKey("check_status")))
        {
            WriteStates(text, Checks, LabelsOf(row), [.. CheckWord.All.Select(w => w.Name)], state => state == row.Fields["check_status"] ? 1 : 0);
        }

        // Of the older, separate haproxy_exporter: many rules still ask for it.
        const string Up = "haproxy_server_up";
        text.WriteFamily(Up, "gauge", "1 while the server is up.");
        foreach (var row in rows)
        {
            text.WriteSample(Up, LabelsOf(row), row.Fields["status"] == ServerWord.Up ? 1 : 0);
        }
    }

    private void WriteServersByStatus(PrometheusText text)
    {
        const string Family = "haproxy_backend_agg_server_status";
        text.WriteFamily(Family, "gauge", "Servers of the backend with this status.");
        foreach (var pool in sources.Pools)
        {
            var statuses = pool.Snapshot.Backends.Select(ServerWord.Of).ToList();
            WriteStates(text, Family, [("proxy", pool.Name)], ServerWord.All, state => statuses.Count(s => s == state));
        }
    }

    private static void WriteStates(PrometheusText text, string family, (string, string)[] labels, IReadOnlyList<string> states, Func<string, int> valueOf)
    {
        foreach (var state in states)
        {
            text.WriteSample(family, [.. labels, ("state", state)], valueOf(state));
        }
    }

    private static (string, string)[] LabelsOf(StatRow row) =>
        row.Scope == StatScope.Server ? [("proxy", row.Proxy), ("server", row.Server)] : [("proxy", row.Proxy)];
}
