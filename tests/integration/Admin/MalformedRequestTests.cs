using System.Globalization;
using System.Net.Sockets;
using System.Text;
using ApiLb.Health;
using Xunit;

namespace ApiLb.IntegrationTests.Admin;

/// <summary>Whatever comes, the answer has the right status, or the connection is closed, and the next client is served.</summary>
public sealed class MalformedRequestTests
{
    /// <summary>Kestrel answers an HTTP/2 preface with a GOAWAY frame, which has no status line.</summary>
    private const int NoStatusLine = 0;

    private static readonly string LongText = new('a', 9000);

    public static TheoryData<string, string, int> Requests => new()
    {
        { "not HTTP", "hello\r\n\r\n", 400 },
        { "a TLS ClientHello", "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\r\n\r\n", 400 },
        { "no version", "GET /metrics\r\n\r\n", 400 },
        { "unknown version", "GET /metrics HTTP/9.9\r\nHost: a\r\n\r\n", 505 },
        { "HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", NoStatusLine },
        { "no host", "GET /metrics HTTP/1.1\r\n\r\n", 400 },
        { "two hosts", "GET /metrics HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400 },
        { "space before the colon", "GET /metrics HTTP/1.1\r\nHost : a\r\n\r\n", 400 },
        { "header without a colon", "GET /metrics HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n", 400 },
        { "null in the path", "GET /met\0rics HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
        { "relative path", "GET metrics HTTP/1.1\r\nHost: a\r\n\r\n", 405 },
        { "long line", $"GET /{LongText} HTTP/1.1\r\nHost: a\r\n\r\n", 414 },
        { "long header", $"GET /metrics HTTP/1.1\r\nHost: a\r\nX: {LongText}\r\n\r\n", 431 },
        { "many headers", $"GET /metrics HTTP/1.1\r\nHost: a\r\n{string.Concat(Enumerable.Range(0, 60).Select(i => $"X{i}: 1\r\n"))}\r\n", 431 },
        { "two lengths", "GET /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400 },
        { "negative length", "GET /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400 },
        { "unknown encoding", "POST /metrics HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 400 },
        { "wrong method", "POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", 405 },
        { "wrong method with a body", "DELETE /lb/readyz HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody", 405 },
        { "order with two hosts", "POST /v1/drain?backend=cp1 HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: 0\r\n\r\n", 400 },
        { "order with a null", "POST /v1/drain?backend=cp1\0 HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", 400 },
        { "broken chunk", "GET /metrics HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n", 400 },
        { "invented method", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 405 },
        { "path traversal", "GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n", 404 },
        { "proxy request", "CONNECT 10.0.0.1:443 HTTP/1.1\r\nHost: 10.0.0.1:443\r\n\r\n", 404 },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public Task OverTheSocket_IsAnsweredAndSurvived(string what, string request, int status) => CheckAsync(true, what, request, status);

    [Theory]
    [MemberData(nameof(Requests))]
    public Task OverTheNetwork_IsAnsweredAndSurvived(string what, string request, int status) => CheckAsync(false, what, request, status);

    [Fact]
    public async Task ClientThatStopsInTheHeaders_IsCutWithinTheHeadersTimeout()
    {
        await using var host = await AdminHost.StartAsync();

        Assert.Equal(408, StatusOf(await SendAsync(host, overSocket: true, "GET /metrics HTTP/1.1\r\nHost: a\r\n")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ClientThatLeavesHalfWay_HarmsNobody(bool overSocket)
    {
        await using var host = await AdminHost.StartAsync();
        using (var socket = await host.ConnectAsync(overSocket, CancellationToken.None))
        {
            await socket.SendAsync("GET /metr"u8.ToArray());
        }

        using var client = host.NewClient(overSocket);
        Assert.Equal("ok\n", await client.GetStringAsync("/lb/healthz"));
    }

    private static async Task CheckAsync(bool overSocket, string what, string request, int status)
    {
        await using var host = await AdminHost.StartAsync();

        var answer = await SendAsync(host, overSocket, request);

        Assert.True(status == StatusOf(answer), $"{what}: expected {status}, got: {answer}");
        Assert.Matches(status == NoStatusLine ? "" : $"^HTTP/1.1 {status} [A-Z][A-Za-z -]+\r\n", answer);
        using var client = host.NewClient(overSocket);
        Assert.Equal("ok\n", await client.GetStringAsync("/lb/healthz"));
        Assert.All(host.Pool.Snapshot.Backends, b => Assert.Equal((OperatorMode.Ready, 1), (b.Mode, b.Weight)));
        Assert.Empty(host.Kills);
        Assert.Empty(host.Asked);
        Assert.False(host.HasKeptOrders);
    }

    private static async Task<string> SendAsync(AdminHost host, bool overSocket, string request)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var socket = await host.ConnectAsync(overSocket, deadline.Token);
        await socket.SendAsync(Encoding.Latin1.GetBytes(request), deadline.Token);
        var buffer = new byte[4096];
        try
        {
            return Encoding.Latin1.GetString(buffer, 0, await socket.ReceiveAsync(buffer, deadline.Token));
        }
        catch (SocketException)
        {
            return "";
        }
    }

    private static int StatusOf(string answer) =>
        answer.Split(' ') is [_, var code, ..] && int.TryParse(code, CultureInfo.InvariantCulture, out var status) ? status : NoStatusLine;
}
