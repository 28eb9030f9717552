using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Http.Hostile;
using ApiLb.IntegrationTests.Probing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Xunit;

namespace ApiLb.IntegrationTests.Http;

/// <summary>What becomes of trailers: an HTTP/2 client gets them, an HTTP/1.1 client gets everything else.</summary>
public sealed class TrailerTests : IDisposable
{
    private const string Request = "GET / HTTP/1.1\r\nHost: a\r\nConnection: TE\r\nTE: trailers\r\n\r\n";

    private readonly ClusterCa _ca = new();

    public void Dispose() => _ca.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Http11Client_GetsTheBodyWholeWithoutTrailersAndIsAnsweredAgain(bool byNginx)
    {
        await using RawBackend backend = new("b1", "", AnswerTwiceAsync);
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(backend.Options));
        await using var nginx = byNginx ? await NginxProxy.StartAsync(backend.Options.Address.Port, HttpSetup.Tls(_ca, "localhost")) : null;
        using var client = await RawClient.ConnectAsync(nginx?.EndPoint ?? daemon.EndPoint);

        for (var i = 0; i < 2; i++)
        {
            await client.SendAsync(Request);
            var head = await client.ReadHeadAsync();

            Assert.StartsWith("HTTP/1.1 200 OK\r\n", head, StringComparison.Ordinal);
            // That it stays lets a client see that something was left out (RFC 9110 6.6.2).
            Assert.Contains("\r\nTrailer: X-Checksum\r\n", head, StringComparison.OrdinalIgnoreCase);
            Assert.Equal("5\r\nhello\r\n0\r\n\r\n", await client.ReadAsync("5\r\nhello\r\n0\r\n\r\n".Length));
        }

        Assert.DoesNotContain("\r\nTE: ", backend.Heads.First(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Http11ClientOfAnHttp2Backend_GetsTheBodyWholeAndIsAnsweredAgain()
    {
        ConcurrentQueue<string> accepted = [];
        await using var backend = await WebBackend.StartAsync("b1", context => AnswerAsync(context, accepted), HttpProtocols.Http2);
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(backend.Options).With(p => p with { Upstream = new UpstreamOptions { Http2 = true } }));
        using var client = await RawClient.ConnectAsync(daemon.EndPoint);

        for (var i = 0; i < 2; i++)
        {
            await client.SendAsync(Request);

            Assert.StartsWith("HTTP/1.1 200 OK\r\n", await client.ReadHeadAsync(), StringComparison.Ordinal);
            Assert.Equal("5\r\nhello\r\n0\r\n\r\n", await client.ReadAsync("5\r\nhello\r\n0\r\n\r\n".Length));
        }

        // No backend is told that it may rely on them.
        Assert.Equal(["", ""], accepted);
    }

    [Fact]
    public async Task Http2ClientOfAnHttp11Backend_GetsThem()
    {
        await using RawBackend backend = new("b1", "", AnswerTwiceAsync);
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Https(HttpSetup.Tls(_ca, "localhost"), backend.Options));
        using var client = HttpSetup.NewClient();
        using HttpRequestMessage request = new(HttpMethod.Get, daemon.Uri("/", "https")) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.TE.ParseAdd("trailers");

        using var response = await client.SendAsync(request);

        Assert.Equal("hello", await response.Content.ReadAsStringAsync());
        Assert.Equal(["12"], response.TrailingHeaders.GetValues("X-Checksum"));
        Assert.Contains("TE: trailers", Assert.Single(backend.Heads), StringComparison.OrdinalIgnoreCase);
    }

    private static async Task AnswerTwiceAsync(NetworkStream stream, CancellationToken stop)
    {
        do
        {
            await stream.WriteAsync(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Checksum\r\n\r\n5\r\nhello\r\n0\r\nX-Checksum: 12\r\n\r\n"u8.ToArray(), stop);
        }
        while (await RawClient.ReadHeadAsync(stream, stop) is { Length: > 0 });
    }

    private static async Task AnswerAsync(HttpContext context, ConcurrentQueue<string> accepted)
    {
        accepted.Enqueue(context.Request.Headers.TE.ToString());
        context.Response.DeclareTrailer("X-Checksum");
        await context.Response.WriteAsync("hello");
        context.Response.AppendTrailer("X-Checksum", "12");
    }
}
