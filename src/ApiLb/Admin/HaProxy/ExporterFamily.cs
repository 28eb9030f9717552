namespace ApiLb.Admin.HaProxy;

/// <summary>One family of HAProxy's Prometheus exporter that is a column of its statistics.</summary>
/// <param name="Name">Without <c>haproxy_</c> and the scope.</param>
/// <param name="IsCounter">Else a gauge.</param>
/// <param name="Column">Of <c>show stat</c>.</param>
/// <param name="Scopes">For which rows there is one.</param>
/// <param name="Help">For people.</param>
internal sealed record ExporterFamily(string Name, bool IsCounter, string Column, IReadOnlyList<StatScope> Scopes, string Help)
{
    /// <summary>The column is in milliseconds, the family in seconds.</summary>
    public bool IsMilliseconds { get; init; }

    private static readonly StatScope[] Everywhere = [StatScope.Frontend, StatScope.Backend, StatScope.Server];
    private static readonly StatScope[] Behind = [StatScope.Backend, StatScope.Server];

    public static readonly IReadOnlyList<ExporterFamily> All =
    [
        new("current_sessions", false, "scur", Everywhere, "Connections now."),
        new("sessions_total", true, "stot", Everywhere, "Connections."),
        new("limit_sessions", false, "slim", [StatScope.Frontend, StatScope.Server], "Connections that there may be at once."),
        new("bytes_in_total", true, "bin", Everywhere, "Bytes from clients."),
        new("bytes_out_total", true, "bout", Everywhere, "Bytes to clients."),
        new("connections_total", true, "conn_tot", [StatScope.Frontend], "Connections that were accepted."),
        new("denied_connections_total", true, "dcon", [StatScope.Frontend], "Connections that access lists or limits kept out."),
        new("requests_denied_total", true, "dreq", [StatScope.Frontend, StatScope.Backend], "Always 0: requests are not read."),
        new("request_errors_total", true, "ereq", [StatScope.Frontend], "Clients without a ClientHello, route or PROXY header."),
        new("current_queue", false, "qcur", Behind, "Clients that wait for a place."),
        new("connection_attempts_total", true, "connect", Behind, "Connections that were tried."),
        new("connection_errors_total", true, "econ", Behind, "Connections that were refused, reset or not answered."),
        new("redispatch_warnings_total", true, "wredis", Behind, "Clients that another server served in its place."),
        new("client_aborts_total", true, "cli_abrt", Behind, "Connections that clients reset."),
        new("server_aborts_total", true, "srv_abrt", Behind, "Connections that servers reset."),
        new("loadbalanced_total", true, "lbtot", Behind, "Times that it was chosen."),
        new("active_servers", false, "act", [StatScope.Backend], "Servers that are up and no backups."),
        new("backup_servers", false, "bck", [StatScope.Backend], "Backups that are up."),
        new("weight", false, "weight", Behind, "Weight."),
        new("uweight", false, "uweight", Behind, "Weight as the operator gave it."),
        new("check_last_change_seconds", false, "lastchg", Behind, "Seconds since the status changed."),
        new("check_failures_total", true, "chkfail", [StatScope.Server], "Checks that failed."),
        new("check_code", false, "check_code", [StatScope.Server], "HTTP status of the last check."),
        new("check_duration_seconds", false, "check_duration", [StatScope.Server], "How long the last check took.") { IsMilliseconds = true },
        new("current_throttle", false, "throttle", [StatScope.Server], "Share in percent while it comes back."),
    ];
}
