using System.Net;

namespace ApiLb.EndToEndTests.Traffic;

/// <summary>HTTP over a TLS connection of ours, because HttpClient does not tell which certificate the server has shown.</summary>
internal static class HttpOverTls
{
    /// <summary>A client as the administrator, for "http://" addresses.</summary>
    public static HttpClient Create(TlsClient client, TlsConnection connection, TimeSpan timeout) =>
        new(new SocketsHttpHandler { ConnectCallback = async (_, token) => await connection.OpenAsync(client, authenticate: true, token) })
        {
            BaseAddress = new Uri($"http://{client.Target}/"),
            Timeout = timeout,
            DefaultRequestVersion = client.OffersHttp2 ? HttpVersion.Version20 : HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
}
