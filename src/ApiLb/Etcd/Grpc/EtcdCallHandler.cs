using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using ApiLb.Health;
using ApiLb.Probing;
using Grpc.Core;

namespace ApiLb.Etcd.Grpc;

/// <summary>
/// Lets the gRPC library's calls travel over the connection of a check: bounded in time and size, and with the cause of whatever goes
/// wrong. One call at a time.
/// </summary>
internal sealed class EtcdCallHandler(EtcdServer server) : HttpMessageHandler
{
    /// <summary>A list of members is some hundred bytes for each.</summary>
    public const int MaxMessage = 256 * 1024;

    private const string MediaType = "application/grpc";
    private const string StatusHeader = "grpc-status";

    /// <summary>The next call ends by then. The library is not told: it would give up before the cause is known.</summary>
    public CancellationToken Deadline { get; set; }

    /// <summary>How the last call ended by the member's own word; null: it did not say.</summary>
    public StatusCode? Said { get; private set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Said = null;
        var message = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
        var answer = await server.CallAsync(request.RequestUri!.AbsolutePath, message, MaxMessage, Deadline);
        if (answer is { Outcome: HttpOutcome.Answered, Status: HttpStatusCode.OK } && answer.MediaType?.StartsWith(MediaType, StringComparison.Ordinal) != true)
        {
            answer = HttpAnswer.Failed(ProbeVerdict.NotReady(HealthCause.MalformedResponse, "answers with something that is not gRPC"));
        }

        if (answer is not { Outcome: HttpOutcome.Answered, Status: HttpStatusCode.OK })
        {
            throw new EtcdCallFailure(answer);
        }

        var response = new HttpResponseMessage(answer.Status)
        {
            Version = HttpVersion.Version20,
            RequestMessage = request,
            Content = new ReadOnlyMemoryContent(answer.Body) { Headers = { ContentType = new MediaTypeHeaderValue(MediaType) } },
        };
        Copy(answer.Headers, response.Headers);
        Copy(answer.Trailers, response.TrailingHeaders);
        Said = StatusIn(response.Headers) ?? StatusIn(response.TrailingHeaders);
        return response;
    }

    private static StatusCode? StatusIn(HttpResponseHeaders headers) =>
        headers.TryGetValues(StatusHeader, out var values) && int.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            ? (StatusCode)code
            : null;

    private static void Copy(HttpResponseHeaders? from, HttpResponseHeaders to)
    {
        foreach (var (name, values) in from?.NonValidated ?? default)
        {
            to.TryAddWithoutValidation(name, values);
        }
    }
}
