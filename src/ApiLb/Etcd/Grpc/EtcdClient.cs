using System.Net;
using ApiLb.Health;
using ApiLb.Probing;

namespace ApiLb.Etcd.Grpc;

/// <summary>
/// Reads one member through its client API: gRPC, and <c>/readyz</c> or <c>/health</c>. Without the right to use the former, only the
/// latter.
/// </summary>
internal sealed class EtcdClient(EtcdServer server) : IEtcdReader
{
    private const int MaxHealthBody = 16 * 1024;

    private readonly EtcdCalls _calls = new(server);
    private readonly EtcdQuotaReader _quota = new(server);
    private bool _hasReadyz = true;

    public async ValueTask<EtcdObservation> ReadAsync(CancellationToken deadline)
    {
        if (await server.BeginAsync(deadline) is { } unresolved)
        {
            return EtcdObservation.Failed(unresolved);
        }

        var answer = await _calls.StatusAsync(deadline);
        if (answer.Refusal is { } refusal)
        {
            return await ReadHealthOnlyAsync(refusal, deadline);
        }

        if (answer.Message is not { } message)
        {
            return EtcdObservation.Failed(answer.Failure);
        }

        return EtcdMessages.Read(message) is { } status
            ? EtcdObservation.Of(await CompleteAsync(status, deadline))
            : EtcdObservation.Failed(HealthCause.MalformedResponse, "answers with something that is not the status of an etcd member");
    }

    public async ValueTask DisposeAsync()
    {
        _calls.Dispose();
        await server.DisposeAsync();
    }

    private async ValueTask<EtcdReading> CompleteAsync(EtcdReading status, CancellationToken deadline)
    {
        // Answered from the member's own memory, so also without quorum.
        var members = await _calls.MemberListAsync(deadline);
        var reading = status with { Members = members.Message is { } list ? EtcdMessages.Read(list) : null };
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
        var alarms = await _calls.AlarmListAsync(deadline);
        return alarms.Message is { } raised ? reading with { Alarms = EtcdMessages.Read(raised) } : reading;
    }

    private async ValueTask<EtcdObservation> ReadHealthOnlyAsync(string refusal, CancellationToken deadline)
    {
        var health = await AskHealthAsync(deadline);
        if (health.Outcome != HttpOutcome.Answered)
        {
            return EtcdObservation.Failed(health.Failure);
        }

        if (health.Status is not (HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable))
        {
            return EtcdObservation.Failed(HealthCause.Status, $"{refusal} for its status, HTTP {(int)health.Status} for /health: is this etcd's client URL?");
        }

        // Green health implies a leader; red has many reasons.
        var reading = WithHealth(new EtcdReading { HasLeader = health.Status == HttpStatusCode.OK ? true : null }, health);
        return EtcdObservation.Of(reading with { Detail = $"no details: {refusal} for its status" });
    }

    private static EtcdReading WithHealth(EtcdReading reading, HttpAnswer health)
    {
        var verdict = health.Outcome == HttpOutcome.Answered ? EtcdVerdict.FromReadiness(health.Status, health.Body.Span) : health.Failure;
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
            if (answer.Status != HttpStatusCode.NotFound)
            {
                return answer;
            }

            _hasReadyz = false;
        }

        return await server.GetAsync("/health?exclude=NOSPACE", MaxHealthBody, deadline);
    }
}
