using System.Net;
using ApiLb.Backends;
using ApiLb.Health;

namespace ApiLb.Probing;

/// <summary>
/// Puts several questions to one server over one kept connection: bounded answers, no redirects, and every failure with its
/// cause. Not thread-safe: one question at a time.
/// </summary>
internal sealed class HttpConversation(ProbeDialer dialer, TimeProvider time) : IAsyncDisposable
{
    private KeptConnection? _kept;

    public async ValueTask<HttpAnswer> AskAsync(EndPoint endPoint, HttpQuestion question, CancellationToken deadline)
    {
        if (_kept is { } kept && kept.EndPoint.Equals(endPoint) && await ExchangeAsync(kept, question, deadline) is { } answer)
        {
            return answer;
        }

        await CloseAsync();
        var dialled = await dialer.DialAsync(endPoint, deadline);
        if (!dialled.TryGet(out var connection))
        {
            return HttpAnswer.Failed(dialled.Failure);
        }

        _kept = new KeptConnection(connection);
        return await ExchangeAsync(_kept, question, deadline)
            ?? HttpAnswer.Failed(ProbeVerdict.Unreachable(ProbeLayer.L7, HealthCause.Closed, "closed without an answer"));
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

    /// <returns>Null when a connection that had served before was gone: the server may close an idle one at any time.</returns>
    private async ValueTask<HttpAnswer?> ExchangeAsync(KeptConnection connection, HttpQuestion question, CancellationToken deadline)
    {
        var mayBeGone = connection.Requests > 0;
        HttpResponseMessage? response = null;
        try
        {
            using var request = question.NewRequest();
            response = await connection.SendAsync(request, deadline);
            return await ReadAsync(response, question.MaxBody, deadline);
        }
        catch (OperationCanceledException)
        {
            await CutAsync();
            var detail = response is null ? "no answer in time" : $"HTTP {(int)response.StatusCode}, but its body did not end in time";
            return HttpAnswer.Failed(ProbeVerdict.Silent(ProbeLayer.L7, detail));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            await CutAsync();
            return mayBeGone && response is null && HttpProber.IsGone(e) ? null : HttpAnswer.Failed(HttpProber.Failure(e, response?.StatusCode));
        }
        finally
        {
            response?.Dispose();
        }
    }

    private async ValueTask<HttpAnswer> ReadAsync(HttpResponseMessage response, int maxBody, CancellationToken deadline)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(deadline);
        using var body = new MemoryStream();
        var buffer = new byte[4096];
        int read;
        while ((read = await stream.ReadAsync(buffer, deadline)) > 0)
        {
            if (body.Length + read > maxBody)
            {
                await CutAsync();
                var report = new HealthReport(HealthEvidence.NotReady, HealthCause.ResponseTooLarge, $"its answer is longer than {maxBody / 1024} KiB");
                return HttpAnswer.Failed(new ProbeVerdict(report, ProbeLayer.L7, (int)response.StatusCode));
            }

            body.Write(buffer, 0, read);
        }

        if (response.Headers.ConnectionClose == true)
        {
            await CloseAsync();
        }

        return new HttpAnswer(null, (int)response.StatusCode, body.ToArray());
    }

    private async ValueTask CutAsync()
    {
        if (_kept is { } kept)
        {
            _kept = null;
            await kept.DisposeAsync();
        }
    }
}
