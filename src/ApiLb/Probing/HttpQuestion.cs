using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace ApiLb.Probing;

/// <summary>What one request asks.</summary>
/// <param name="Uri">Absolute; its host is what the Host header says, not where the request goes.</param>
/// <param name="Json">The body of a POST; null: a GET.</param>
/// <param name="MaxBody">How many bytes of the answer's body are read.</param>
internal readonly record struct HttpQuestion(Uri Uri, string? Json, int MaxBody)
{
    /// <summary>The body of a call in gRPC; null: it is none.</summary>
    public byte[]? Message { get; private init; }

    public static HttpQuestion Get(Uri uri, int maxBody) => new(uri, null, maxBody);

    public static HttpQuestion Post(Uri uri, string json, int maxBody) => new(uri, json, maxBody);

    /// <param name="uri">Ends in the method.</param>
    /// <param name="message">As gRPC frames it.</param>
    /// <param name="maxBody">Bytes of the answer.</param>
    public static HttpQuestion Call(Uri uri, byte[] message, int maxBody) => new(uri, null, maxBody) { Message = message };

    public HttpRequestMessage NewRequest() => Message is not null ? NewCall(Message) : new(Json is null ? HttpMethod.Get : HttpMethod.Post, Uri)
    {
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Content = Json is null ? null : new StringContent(Json, Encoding.UTF8, "application/json"),
    };

    // https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
    private HttpRequestMessage NewCall(byte[] message)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Uri)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(message) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        return request;
    }
}
