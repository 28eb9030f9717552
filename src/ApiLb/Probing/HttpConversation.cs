using System.Net;
using ApiLb.Backends;
using ApiLb.Health;

namespace ApiLb.Probing;

/// <summary>
/// Puts several questions to one server over one kept connection. Whatever is no whole answer comes back as a failure with its
/// cause. Not thread-safe: one question at a time.
/// </summary>
internal sealed class HttpConversation(ProbeDialer dialer, HttpExchange exchange, TimeProvider time) : IAsyncDisposable
{
    private KeptConnection? _kept;

    /// <returns>Answered, with the whole body; or failed.</returns>
    public async ValueTask<HttpAnswer> AskAsync(EndPoint endPoint, HttpQuestion question, CancellationToken deadline)
    {
        if (_kept is { } kept && kept.EndPoint.Equals(endPoint))
        {
            var answer = await AskAsync(kept, question, deadline);
            if (answer.Outcome != HttpOutcome.Gone)
            {
                return answer;
            }
        }

        await CloseAsync();
        var dialled = await dialer.DialAsync(endPoint, deadline);
        if (!dialled.TryGet(out var connection))
        {
            return HttpAnswer.Failed(dialled.Failure);
        }

        _kept = new KeptConnection(connection);
        return await AskAsync(_kept, question, deadline);
    }

    /// <summary>Closes the connection in order; the next question opens a fresh one.</summary>
    public async ValueTask CloseAsync()
    {
        if (_kept is { } kept)
        {
            _kept = null;
            await kept.CloseAsync(time);
        }
    }

    public ValueTask DisposeAsync() => CloseAsync();

    private async ValueTask<HttpAnswer> AskAsync(KeptConnection connection, HttpQuestion question, CancellationToken deadline)
    {
        var answer = await exchange.AskAsync(connection, question, deadline);
        if (!answer.IsReusable)
        {
            _kept = null;
            await (answer is { Outcome: HttpOutcome.Answered, IsWhole: true } ? connection.CloseAsync(time) : connection.DisposeAsync());
        }

        return answer switch
        {
            { Outcome: HttpOutcome.Unacknowledged } =>
                HttpAnswer.Failed(ProbeVerdict.Unacknowledged(ProbeLayer.L7, "the host does not acknowledge the request")),
            { Outcome: HttpOutcome.Answered, IsWhole: false } =>
                HttpAnswer.Failed(ProbeVerdict.NotReady(HealthCause.ResponseTooLarge, $"its answer is longer than {question.MaxBody / 1024} KiB", (int)answer.Status)),
            _ => answer,
        };
    }
}
