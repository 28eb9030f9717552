using System.Net;
using ApiLb.Backends;
using ApiLb.Health;

namespace ApiLb.Probing;

/// <summary>
/// Asks <c>/livez</c> when <c>/readyz</c> is red or silent: whether the process is alive is another question than whether it is
/// ready, and only the answer to this one may cost established connections.
/// </summary>
internal sealed class LivenessCheck(Uri uri, ProbeDialer dialer, HttpExchange exchange, TimeProvider time)
{
    /// <summary>
    /// Waits for the answer to <c>/readyz</c>, and when it is late asks beside it over a connection of its own: the first one may be
    /// what is stuck.
    /// </summary>
    /// <param name="asking">The request for <c>/readyz</c>.</param>
    /// <param name="endPoint">Where to ask.</param>
    /// <param name="late">From when on the answer is late.</param>
    /// <param name="deadline">Of the whole check.</param>
    /// <returns>Null when <c>/readyz</c> was answered before.</returns>
    public async ValueTask<HttpAnswer?> AskIfSilentAsync(
        Task<HttpAnswer> asking, EndPoint endPoint, TimeSpan late, CancellationToken deadline)
    {
        await ((Task)asking).WaitAsync(late, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (asking.IsCompleted)
        {
            return null;
        }

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(deadline);
        var live = AskFreshAsync(endPoint, enough.Token);
        await asking;
        await enough.CancelAsync();
        return await live;
    }

    /// <summary>Whether a red <c>/readyz</c> leaves it open if the process is about to be restarted.</summary>
    public static bool IsWanted(ProbeVerdict verdict) =>
        verdict is { StatusCode: 500, Report: { Evidence: HealthEvidence.NotReady, Cause: HealthCause.Status } };

    /// <summary>What a red <c>/readyz</c> means together with the answer to <c>/livez</c>.</summary>
    public static ProbeVerdict Refine(ProbeVerdict verdict, HttpAnswer liveness) => liveness is { Outcome: HttpOutcome.Answered, Status: HttpStatusCode.InternalServerError }
        ? verdict with { Report = verdict.Report with { Cause = HealthCause.NotLive, Detail = $"{verdict.Report.Detail}; /livez is red too" } }
        : verdict;

    /// <summary>The process answers, only <c>/readyz</c> does not come.</summary>
    public static ProbeVerdict AliveButSilent(HttpAnswer liveness) =>
        ProbeVerdict.NotReady(HealthCause.ResponseTimeout, $"no answer in time, but HTTP {(int)liveness.Status} from /livez") with
        {
            Stage = ProbeStage.Request,
            IsAcknowledged = true,
        };

    private async Task<HttpAnswer?> AskFreshAsync(EndPoint endPoint, CancellationToken deadline)
    {
        var dialled = await dialer.DialAsync(endPoint, deadline);
        if (!dialled.TryGet(out var connection))
        {
            return null;
        }

        var fresh = new KeptConnection(connection);
        var answer = await exchange.AskAsync(fresh, uri, deadline);
        if (answer.IsReusable)
        {
            await fresh.CloseAsync(time);
        }
        else
        {
            await fresh.DisposeAsync();
        }

        return answer;
    }
}
