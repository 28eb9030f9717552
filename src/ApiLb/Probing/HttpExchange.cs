using System.Buffers;
using System.Net;
using ApiLb.Backends;
using ApiLb.Health;

namespace ApiLb.Probing;

/// <summary>One request over one connection: bounded in time and size, no redirects, every end a value. Leaves closing to its caller.</summary>
/// <param name="credentials">By which it identifies itself.</param>
/// <param name="time">The clock.</param>
/// <param name="unheard">As for <see cref="AckWatch"/>.</param>
internal sealed class HttpExchange(ProbeCredentials credentials, TimeProvider time, Action? unheard = null)
{
    private const int MaxBodySize = 16 * 1024;

    public ValueTask<HttpAnswer> AskAsync(KeptConnection connection, Uri uri, CancellationToken deadline) =>
        AskAsync(connection, HttpQuestion.Get(uri, MaxBodySize), deadline);

    public async ValueTask<HttpAnswer> AskAsync(KeptConnection connection, HttpQuestion question, CancellationToken deadline)
    {
        var mayBeGone = connection.Requests > 0;
        HttpResponseMessage? response = null;
        using var watch = new AckWatch(() => TcpVitals.Read(connection.Socket), time, unheard, deadline);
        try
        {
            using var request = await NewRequestAsync(question, deadline);
            if (request is null)
            {
                return HttpAnswer.Failed(ProbeVerdict.LocalFault(ProbeLayer.L7, $"no token: {credentials.TokenSource} is not usable"));
            }

            response = await connection.SendAsync(request, watch.Token);
            return await ReadAsync(response, question.MaxBody, watch.Token);
        }
        catch (OperationCanceledException)
        {
            return watch.IsHostSilent ? HttpAnswer.Unacknowledged
                : response is not null ? HttpAnswer.Failed(TooSlow(response.StatusCode))
                : HttpAnswer.Failed(ProbeVerdict.Silent(ProbeLayer.L7, "no answer in time"));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return mayBeGone && response is null && IsGone(e) ? HttpAnswer.Gone : HttpAnswer.Failed(Failure(e, response?.StatusCode));
        }
        finally
        {
            response?.Dispose();
        }
    }

    private async ValueTask<HttpRequestMessage?> NewRequestAsync(HttpQuestion question, CancellationToken deadline)
    {
        var token = await credentials.GetTokenAsync(deadline);
        if (token is null && credentials.HasToken)
        {
            return null;
        }

        var request = question.NewRequest();
        request.Headers.TryAddWithoutValidation("User-Agent", "apilb-probe");
        request.Headers.TryAddWithoutValidation("Accept", "*/*");
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        }

        return request;
    }

    private static async ValueTask<HttpAnswer> ReadAsync(HttpResponseMessage response, int maxBody, CancellationToken deadline)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(maxBody);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(deadline);
            var length = await body.ReadAtLeastAsync(buffer.AsMemory(0, maxBody), maxBody, throwOnEndOfStream: false, deadline);
            var isWhole = length < maxBody;
            return new HttpAnswer(HttpOutcome.Answered)
            {
                Status = response.StatusCode,
                Body = buffer.AsSpan(0, length).ToArray(),
                IsWhole = isWhole,
                MediaType = response.Content.Headers.ContentType?.MediaType,
                Headers = response.Headers,
                Trailers = response.TrailingHeaders,
                Date = response.Headers.Date,
                IsReusable = isWhole && response.Headers.ConnectionClose != true,
            };
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static bool IsGone(Exception e) =>
        e is not HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded };

    private static ProbeVerdict TooSlow(HttpStatusCode status) =>
        ProbeVerdict.NotReady(HealthCause.ResponseTimeout, $"HTTP {(int)status}, but its body did not end in time", (int)status) with
        {
            Stage = ProbeStage.Answer,
        };

    private static ProbeVerdict Failure(Exception e, HttpStatusCode? status)
    {
        var error = (e as HttpRequestException)?.HttpRequestError ?? (e as HttpIOException)?.HttpRequestError;
        var verdict = error switch
        {
            HttpRequestError.ConfigurationLimitExceeded =>
                ProbeVerdict.NotReady(HealthCause.ResponseTooLarge, "the headers of its answer are too large"),
            HttpRequestError.VersionNegotiationError =>
                ProbeVerdict.Unreachable(ProbeLayer.L7, HealthCause.MalformedResponse, "does not speak HTTP/2"),
            HttpRequestError.InvalidResponse =>
                ProbeVerdict.Unreachable(ProbeLayer.L7, HealthCause.MalformedResponse, "answered with something that is not HTTP/1"),
            _ when SocketVerdict.Find(e) is { } socketError => SocketVerdict.From(socketError, ProbeLayer.L7),
            _ => ProbeVerdict.Unreachable(ProbeLayer.L7, HealthCause.Closed, "closed before its answer was complete"),
        };
        return verdict with { StatusCode = (int?)status };
    }
}
