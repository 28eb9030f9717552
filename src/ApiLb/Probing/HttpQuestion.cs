using System.Text;

namespace ApiLb.Probing;

/// <summary>What one request asks.</summary>
/// <param name="Uri">Absolute; its host is what the Host header says, not where the request goes.</param>
/// <param name="Json">The body of a POST; null: a GET.</param>
/// <param name="MaxBody">How many bytes of the answer's body are read.</param>
internal readonly record struct HttpQuestion(Uri Uri, string? Json, int MaxBody)
{
    public static HttpQuestion Get(Uri uri, int maxBody) => new(uri, null, maxBody);

    public static HttpQuestion Post(Uri uri, string json, int maxBody) => new(uri, json, maxBody);

    public HttpRequestMessage NewRequest() => new(Json is null ? HttpMethod.Get : HttpMethod.Post, Uri)
    {
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Content = Json is null ? null : new StringContent(Json, Encoding.UTF8, "application/json"),
    };
}
