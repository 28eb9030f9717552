using System.Globalization;
using System.Net;
using ApiLb.Health;
using ApiLb.Probing;

namespace ApiLb.Etcd.MetricsPage;

/// <summary>
/// Reads one member through <c>--listen-metrics-urls</c>, which needs no client certificate: <c>/metrics</c> and <c>/health</c>. Does
/// not see the list of members, nor whom an alarm is about.
/// </summary>
internal sealed class EtcdMetricsReader(EtcdServer server) : IEtcdReader
{
    /// <summary>3.4 writes 150 KB; each metric of Go and gRPC adds to it.</summary>
    public const int MaxBody = 2 * 1024 * 1024;

    private const int MaxHealthBody = 16 * 1024;

    public async ValueTask<EtcdObservation> ReadAsync(CancellationToken deadline)
    {
        if (await server.BeginAsync(deadline) is { } unresolved)
        {
            return EtcdObservation.Failed(unresolved);
        }

        var answer = await server.GetAsync("/metrics", MaxBody, deadline);
        if (answer.Outcome != HttpOutcome.Answered)
        {
            return EtcdObservation.Failed(answer.Failure);
        }

        if (answer.Status != HttpStatusCode.OK)
        {
            return EtcdObservation.Failed(HealthCause.Status, $"HTTP {(int)answer.Status} for /metrics");
        }

        var metrics = MetricsText.Parse(answer.Body.Span);
        return metrics.Has("etcd_server_has_leader")
            ? EtcdObservation.Of(await WithHealthAsync(Read(metrics), deadline))
            : EtcdObservation.Failed(HealthCause.MalformedResponse, "its /metrics are not those of etcd");
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    /// <summary>Pure, for tests.</summary>
    internal static EtcdReading Read(MetricsText metrics)
    {
        _ = ulong.TryParse(metrics.Label("etcd_server_id"), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id);
        var hasLeader = metrics.Flag("etcd_server_has_leader");
        return new EtcdReading
        {
            MemberId = id,
            Version = metrics.Label("etcd_server_version") is { } version ? ProbeText.Clean(version) : null,
            HasLeader = hasLeader,
            LeaderId = metrics.Flag("etcd_server_is_leader") == true ? id : 0,
            IsLearner = metrics.Flag("etcd_server_is_learner") ?? false,
            RaftIndex = metrics.Whole("etcd_server_proposals_committed_total"),
            RaftAppliedIndex = metrics.Whole("etcd_server_proposals_applied_total"),
            DbSize = metrics.Whole("etcd_mvcc_db_total_size_in_bytes"),
            DbSizeInUse = metrics.Whole("etcd_mvcc_db_total_size_in_use_in_bytes"),
            Quota = metrics.Whole("etcd_server_quota_backend_bytes"),
            Detail = hasLeader == false ? "it sees no leader" : "",
        };
    }

    private async ValueTask<EtcdReading> WithHealthAsync(EtcdReading reading, CancellationToken deadline)
    {
        if (reading.HasLeader == false)
        {
            return reading with { IsHealthy = false };
        }

        var health = await AskHealthAsync("", deadline);
        if (health.Report.Evidence == HealthEvidence.Ready)
        {
            return reading with { IsHealthy = true };
        }

        // Since 3.4.16 /health can leave an alarm out: if it turns green then, that alarm is the reason.
        if ((await AskHealthAsync("?exclude=NOSPACE", deadline)).Report.Evidence == HealthEvidence.Ready)
        {
            return reading with { IsHealthy = true, Alarms = [new EtcdAlarm(0, EtcdAlarmKind.NoSpace)] };
        }

        var isCorrupt = (await AskHealthAsync("?exclude=CORRUPT", deadline)).Report.Evidence == HealthEvidence.Ready;
        return reading with
        {
            IsHealthy = false,
            Alarms = isCorrupt ? [new EtcdAlarm(0, EtcdAlarmKind.Corrupt)] : [],
            Detail = $"not ready: {health.Report.Detail}",
        };
    }

    private async ValueTask<ProbeVerdict> AskHealthAsync(string query, CancellationToken deadline)
    {
        var answer = await server.GetAsync("/health" + query, MaxHealthBody, deadline);
        return answer.Outcome == HttpOutcome.Answered ? EtcdVerdict.FromReadiness(answer.Status, answer.Body.Span) : answer.Failure;
    }
}
