using System.Net;

namespace ApiLb.Probing;

/// <summary>
/// The check <c>etcd</c>: <c>/readyz</c>, or <c>/health</c> where that does not exist yet (before 3.4.29 and 3.5.11); then the
/// member's status, because neither tells a learner.
/// </summary>
internal sealed class EtcdProber(Uri server, int freshConnectionEvery, HttpConversation conversation) : IProber
{
    private const int MaxBody = 16 * 1024;

    private static readonly Uri Readyz = new("/readyz", UriKind.Relative);

    // A full database refuses writes and serves reads: no reason to send clients elsewhere, it is full there too.
    private static readonly Uri Health = new("/health?exclude=NOSPACE", UriKind.Relative);

    private readonly Uri _status = new(server, "/v3/maintenance/status");
    private bool _hasReadyz = true;
    private int _checks;

    public async ValueTask<ProbeVerdict> ProbeAsync(EndPoint endPoint, bool needsFresh, CancellationToken deadline)
    {
        var isFresh = _checks++ % freshConnectionEvery == 0 || needsFresh;
        if (isFresh)
        {
            await conversation.CloseAsync();
            _hasReadyz = true;
        }

        return await CheckAsync(endPoint, deadline) with { IsFresh = isFresh };
    }

    public ValueTask DisposeAsync() => conversation.DisposeAsync();

    private async ValueTask<ProbeVerdict> CheckAsync(EndPoint endPoint, CancellationToken deadline)
    {
        var readiness = await AskReadinessAsync(endPoint, deadline);
        if (readiness.Outcome != HttpOutcome.Answered)
        {
            return readiness.Failure;
        }

        var verdict = EtcdVerdict.FromReadiness(readiness.Status, readiness.Body.Span);
        if (readiness.Status != HttpStatusCode.OK)
        {
            return verdict;
        }

        var status = await conversation.AskAsync(endPoint, HttpQuestion.Post(_status, "{}", MaxBody), deadline);
        return status.Outcome != HttpOutcome.Answered ? status.Failure : EtcdVerdict.FromStatus(status.Status, status.Body) ?? verdict;
    }

    private async ValueTask<HttpAnswer> AskReadinessAsync(EndPoint endPoint, CancellationToken deadline)
    {
        if (_hasReadyz)
        {
            var answer = await AskAsync(Readyz);
            if (answer.Status != HttpStatusCode.NotFound)
            {
                return answer;
            }

            _hasReadyz = false;
        }

        return await AskAsync(Health);

        ValueTask<HttpAnswer> AskAsync(Uri path) =>
            conversation.AskAsync(endPoint, HttpQuestion.Get(new Uri(server, path), MaxBody), deadline);
    }
}
