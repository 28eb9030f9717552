using ApiLb.Health;
using ApiLb.Probing;

namespace ApiLb.Etcd.Gateway;

/// <summary>
/// Reads one member through its client API: the JSON gateway, and <c>/readyz</c> or <c>/health</c>. Without gateway, or without the
/// right to use it, only the latter.
/// </summary>
internal sealed class EtcdClient(EtcdServer server) : IEtcdReader
{
    private const int MaxBody = 256 * 1024;
    private const int MaxHealthBody = 16 * 1024;
    private const int NotFound = 404;

    private readonly EtcdQuotaReader _quota = new(server);
    private bool _isBeta;
    private bool _hasReadyz = true;

    public async ValueTask<EtcdObservation> ReadAsync(CancellationToken deadline)
    {
        if (await server.BeginAsync(deadline) is { } unresolved)
        {
            return EtcdObservation.Failed(unresolved);
        }

        var answer = await AskStatusAsync(deadline);
        if (answer.Failure is { } failure)
        {
            return EtcdObservation.Failed(failure);
        }

        if (answer.Status != 200)
        {
            return await ReadHealthOnlyAsync(answer.Status, deadline);
        }

        return EtcdJson.ParseStatus(answer.Body) is { } status
            ? EtcdObservation.Of(await CompleteAsync(status, deadline))
            : EtcdObservation.Failed(HealthCause.MalformedResponse, "answers with something that is not the status of an etcd member");
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private async ValueTask<HttpAnswer> AskStatusAsync(CancellationToken deadline)
    {
        var answer = await PostAsync("maintenance/status", "{}", deadline);
        if (answer.Status != NotFound)
        {
            return answer;
        }

        // Before 3.4 the gateway was /v3beta.
        _isBeta = !_isBeta;
        return await PostAsync("maintenance/status", "{}", deadline);
    }

    private async ValueTask<EtcdReading> CompleteAsync(EtcdReading status, CancellationToken deadline)
    {
        // Answered from the member's own memory, so also without quorum.
        var members = await PostAsync("cluster/member/list", "{}", deadline);
        var reading = status with { Members = members.Status == 200 ? EtcdJson.ParseMembers(members.Body) : null };
        if (reading.HasLeader == false)
        {
            // What else there is to ask goes through raft, and would only use up the time.
            return reading with { IsHealthy = false };
        }

        reading = reading with { Quota = reading.Quota ?? await _quota.ReadAsync(deadline) };
        var health = await AskHealthAsync(deadline);
        reading = WithHealth(reading, health);
        if (reading is { Alarms.Count: 0, IsHealthy: not false })
        {
            return reading;
        }

        // Not asked without need: etcd sends the question through raft, and each is an entry in everybody's log.
        var alarms = await PostAsync("maintenance/alarm", """{"action":"GET"}""", deadline);
        return alarms.Status == 200 && EtcdJson.ParseAlarms(alarms.Body) is { } list ? reading with { Alarms = list } : reading;
    }

    private async ValueTask<EtcdObservation> ReadHealthOnlyAsync(int gatewayStatus, CancellationToken deadline)
    {
        var health = await AskHealthAsync(deadline);
        if (health.Failure is { } failure)
        {
            return EtcdObservation.Failed(failure);
        }

        if (health.Status is not (200 or 503))
        {
            return EtcdObservation.Failed(HealthCause.Status, $"HTTP {gatewayStatus} for its status, HTTP {health.Status} for /health: is this etcd's client URL?");
        }

        // Green health implies a leader; red has many reasons.
        var reading = WithHealth(new EtcdReading { HasLeader = health.Status == 200 ? true : null }, health);
        return EtcdObservation.Of(reading with { Detail = $"no details: HTTP {gatewayStatus} for its status" });
    }

    private static EtcdReading WithHealth(EtcdReading reading, HttpAnswer health)
    {
        var verdict = health.Failure ?? EtcdVerdict.FromReadiness(health.Status, health.Body);
        var isHealthy = verdict.Report.Evidence == HealthEvidence.Ready;
        return reading with { IsHealthy = isHealthy, Detail = isHealthy ? reading.Detail : $"not ready: {verdict.Report.Detail}" };
    }

    // NOSPACE is an alarm of its own, and does not make a member unable to answer.
    private async ValueTask<HttpAnswer> AskHealthAsync(CancellationToken deadline)
    {
        _hasReadyz |= server.IsFirstOfConnection;
        if (_hasReadyz)
        {
            var answer = await server.GetAsync("/readyz", MaxHealthBody, deadline);
            if (answer.Status != NotFound)
            {
                return answer;
            }

            _hasReadyz = false;
        }

        return await server.GetAsync("/health?exclude=NOSPACE", MaxHealthBody, deadline);
    }

    private ValueTask<HttpAnswer> PostAsync(string path, string json, CancellationToken deadline) =>
        server.PostAsync($"/{(_isBeta ? "v3beta" : "v3")}/{path}", json, MaxBody, deadline);
}
