using ApiLb.Backends;
using ApiLb.Health;
using ApiLb.ProxyProtocol;

namespace ApiLb.Telemetry;

/// <summary>
/// How many series one metric may have. The SDK reserves memory for its limit, 2000 for every metric unless told: 5 MB for
/// three backends, and too few for 200. All label values are bounded, so the true number is known.
/// </summary>
internal static class SeriesLimit
{
    /// <summary>Room for members that are replaced while the daemon runs.</summary>
    private const int Headroom = 2;

    private const int AtLeast = 16;

    /// <summary>Of a pool that discovers its members, whose number at the start says little: more apiservers than a control plane has.</summary>
    private const int MembersOfADiscoveringPool = 16;

    /// <summary>Upgrades of an apiserver while the daemon runs.</summary>
    private const int VersionsInALifetime = 8;

    /// <summary>Of an HTTP listener; how many it will have is not known at the start.</summary>
    private const int RoutesOfAMember = 8;

    private static readonly Dictionary<string, int> PerMember = new(StringComparer.Ordinal)
    {
        ["apilb_listener_connections_total"] = Count<CloseReason>(),
        ["apilb_listener_bad_hellos"] = Count<BadHelloCause>() * 2,
        ["apilb_listener_bad_proxy_headers"] = Count<ProxyHeaderFault>(),
        ["apilb_backend_closes"] = Count<CloseReason>(),
        ["apilb_backend_state"] = Count<HealthStatus>(),
        ["apilb_backend_mode"] = Count<OperatorMode>(),
        ["apilb_backend_bytes"] = 2,
        ["apilb_backend_failovers"] = Count<FailoverStage>(),
        ["apilb_backend_connections_by_class"] = Count<ConnectionClass>(),
        ["apilb_pool_alarm"] = Count<PoolAlarm>(),
        ["apilb_discovery_observations"] = Count<DiscoveryResult>() * 2,
        ["apilb_backend_check_results"] = Count<HealthCause>() * 2,
        ["apilb_http_bad_requests"] = RefusedRequest.Kinds.Count,
        ["apilb_http_client_faults"] = ClientFault.Reasons.Count,
        ["apilb_http_request_duration"] = RoutesOfAMember,
        ["apilb_http_requests"] = RoutesOfAMember * RouteCounters.StatusClasses,
        ["apilb_http_requests_active"] = RoutesOfAMember,
        ["apilb_http_request_failures"] = RoutesOfAMember * RouteCounters.StatusClasses,
        ["apilb_backend_server_version_info"] = VersionsInALifetime,
        ["apilb_backend_state_changes"] = Count<HealthCause>() * 2,
    };

    /// <summary>How many backends a pool may have in its lifetime, as far as can be said at the start.</summary>
    public static int MembersOf(BackendPool pool) =>
        Math.Max(pool.Snapshot.Backends.Count, pool.Options.Discovery is null ? 0 : MembersOfADiscoveringPool);

    /// <param name="instrument">The instrument's name.</param>
    /// <param name="members">Listeners, pools and backends together.</param>
    public static int Of(string instrument, int members) => AtLeast + (Headroom * members * PerMember.GetValueOrDefault(instrument, 1));

    private static int Count<T>()
        where T : struct, Enum => Enum.GetValues<T>().Length;
}
