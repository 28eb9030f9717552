using ApiLb.Backends;
using ApiLb.Health;
using Microsoft.AspNetCore.Http;

namespace ApiLb.Admin;

/// <summary>Answers <c>POST /v1/probe</c>: a check of a backend now, and how it ended.</summary>
internal sealed class ProbeRequest(AdminSources sources, StatusReader status, TimeProvider time)
{
    /// <summary>Shorter than an admin request may take.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    private readonly BackendFinder _finder = new(sources.Pools);

    public async ValueTask<AdminAnswer> AnswerAsync(AdminCall call, CancellationToken cancellation)
    {
        var name = call.Query.Require("backend");
        if (call.Query.Problem is { } problem)
        {
            return AdminAnswer.Refused(problem);
        }

        if (!_finder.TryFind(name, out var found, out var refusal))
        {
            return refusal;
        }

        if (found.Backend.Mode == OperatorMode.Maint)
        {
            return AdminAnswer.Refused($"{found.Backend} is in maint, where nothing is checked: 'apilb drain' checks it without sending it clients", StatusCodes.Status409Conflict);
        }

        sources.Events.OnOperator(found.Backend, $"probe by {call.By}");
        return await ProbeAsync(found.Pool, found.Backend, cancellation) is { } result
            ? AdminAnswer.Json(
                new OrderResult($"{found.Backend}: {result.Report.Detail}, in {result.Duration.TotalMilliseconds:0.#} ms", null, status.Read(found.Pool, found.Backend)),
                AdminJsonContext.Default.OrderResult)
            : AdminAnswer.Refused($"{found.Backend}: no check has ended within {Patience.TotalSeconds:0} s; 'apilb explain {found.Backend}' will tell", StatusCodes.Status504GatewayTimeout);
    }

    /// <returns>Null when none ended in time.</returns>
    private async Task<ProbeResult?> ProbeAsync(BackendPool pool, Backend backend, CancellationToken cancellation)
    {
        var asked = pool.Now;
        var ended = new TaskCompletionSource<ProbeResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        pool.Probed += OnProbed;
        try
        {
            pool.WantProbe(backend);
            return await ended.Task.WaitAsync(Patience, time, cancellation);
        }
        catch (TimeoutException)
        {
            return null;
        }
        finally
        {
            pool.Probed -= OnProbed;
        }

        // A check that was under way when the operator asked is not the one that was asked for.
        void OnProbed(Backend checkedBackend, ProbeResult result)
        {
            if (checkedBackend == backend && result.At - result.Duration >= asked)
            {
                ended.TrySetResult(result);
            }
        }
    }
}
