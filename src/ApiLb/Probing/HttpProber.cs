using System.Buffers;
using System.Net;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Health;

namespace ApiLb.Probing;

/// <summary>
/// The checks <c>kube-apiserver</c>, <c>https</c> and <c>http</c>: one GET over a kept connection, over a fresh one every n-th time.
/// </summary>
internal sealed class HttpProber(HealthOptions options, Uri uri, ProbeDialer dialer, TimeProvider time) : IProber
{
    private const int MaxBodySize = 16 * 1024;

    private KeptConnection? _kept;

    public async ValueTask<ProbeVerdict> ProbeAsync(EndPoint endPoint, CancellationToken deadline)
    {
        if (_kept is { } kept && !IsWorn(kept, endPoint) && await ExchangeAsync(kept, deadline) is { } verdict)
        {
            return verdict;
        }

        var dialled = await dialer.DialAsync(endPoint, deadline);
        if (!dialled.TryGet(out var connection))
        {
            return dialled.Failure.IsEvidence ? dialled.Failure : await AskOldAsync(endPoint, deadline) ?? dialled.Failure;
        }

        await CloseAsync();
        _kept = new KeptConnection(connection);
        return await ExchangeAsync(_kept, deadline)
            ?? ProbeVerdict.Unreachable(ProbeLayer.L7, HealthCause.Closed, "closed without an answer");
    }

    public async ValueTask DisposeAsync() => await CloseAsync();

    private bool IsWorn(KeptConnection kept, EndPoint endPoint) =>
        kept.Requests >= options.FreshConnectionEvery || !kept.EndPoint.Equals(endPoint);

    // Out of file descriptors or ports, checks go on over what is open.
    private async ValueTask<ProbeVerdict?> AskOldAsync(EndPoint endPoint, CancellationToken deadline) =>
        _kept is { } kept && kept.EndPoint.Equals(endPoint) ? await ExchangeAsync(kept, deadline) : null;

    /// <summary>One request and its answer.</summary>
    /// <returns>Null when a connection that had served before was gone: the server may close an idle one at any time.</returns>
    private async ValueTask<ProbeVerdict?> ExchangeAsync(KeptConnection connection, CancellationToken deadline)
    {
        var mayBeGone = connection.Requests > 0;
        HttpResponseMessage? response = null;
        try
        {
            using var request = NewRequest();
            response = await connection.SendAsync(request, deadline);
            return await JudgeAsync(response, deadline);
        }
        catch (OperationCanceledException)
        {
            await CutAsync();
            return response is null ? ProbeVerdict.Silent(ProbeLayer.L7, "no answer in time") : TooSlow(response.StatusCode);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            await CutAsync();
            return mayBeGone && response is null && IsGone(e) ? null : Failure(e, response?.StatusCode);
        }
        finally
        {
            response?.Dispose();
        }
    }

    private HttpRequestMessage NewRequest()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, uri) { VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.TryAddWithoutValidation("User-Agent", "apilb-probe");
        request.Headers.TryAddWithoutValidation("Accept", "*/*");
        return request;
    }

    private async ValueTask<ProbeVerdict> JudgeAsync(HttpResponseMessage response, CancellationToken deadline)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(MaxBodySize);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(deadline);
            var length = await body.ReadAtLeastAsync(buffer.AsMemory(0, MaxBodySize), MaxBodySize, throwOnEndOfStream: false, deadline);
            var isWhole = length < MaxBodySize;
            if (!isWhole)
            {
                await CutAsync();
            }
            else if (response.Headers.ConnectionClose == true)
            {
                await CloseAsync();
            }

            return options.Type == HealthCheckType.KubeApiserver
                ? AnswerVerdict.FromApiserver(response.StatusCode, buffer.AsSpan(0, length), isWhole)
                : AnswerVerdict.FromWebServer(response.StatusCode);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    internal static bool IsGone(Exception e) =>
        e is not HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded };

    private static ProbeVerdict TooSlow(HttpStatusCode status) => new(
        new HealthReport(HealthEvidence.NotReady, HealthCause.ResponseTimeout, $"HTTP {(int)status}, but its body did not end in time"),
        ProbeLayer.L7,
        (int)status);

    internal static ProbeVerdict Failure(Exception e, HttpStatusCode? status)
    {
        var error = (e as HttpRequestException)?.HttpRequestError ?? (e as HttpIOException)?.HttpRequestError;
        var verdict = error switch
        {
            HttpRequestError.ConfigurationLimitExceeded => new ProbeVerdict(
                new HealthReport(HealthEvidence.NotReady, HealthCause.ResponseTooLarge, "the headers of its answer are too large"),
                ProbeLayer.L7),
            HttpRequestError.InvalidResponse =>
                ProbeVerdict.Unreachable(ProbeLayer.L7, HealthCause.MalformedResponse, "answered with something that is not HTTP"),
            _ when SocketVerdict.Find(e) is { } socketError => SocketVerdict.From(socketError, ProbeLayer.L7),
            _ => ProbeVerdict.Unreachable(ProbeLayer.L7, HealthCause.Closed, "closed before its answer was complete"),
        };
        return verdict with { StatusCode = (int?)status };
    }

    private async ValueTask CloseAsync()
    {
        if (_kept is { } kept)
        {
            _kept = null;
            await kept.CloseAsync(time);
        }
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
