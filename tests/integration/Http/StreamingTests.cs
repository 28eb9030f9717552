using System.Net;
using System.Net.Http.Headers;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace ApiLb.IntegrationTests.Http;

/// <summary>What must not be held back, changed or gathered in memory on its way.</summary>
public sealed class StreamingTests
{
    [Fact]
    public async Task Watch_IsSeenLineByLineAndOutlivesTheTimeout()
    {
        TaskCompletionSource next = new();
        await using var backend = await WebBackend.StartAsync("b1", async context =>
        {
            await context.Response.WriteAsync("one\n");
            await next.Task;
            await context.Response.WriteAsync("two\n");
        });
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(backend.Options).WithTerms(r => r with { Timeout = TimeSpan.FromMilliseconds(100) }));
        using var client = HttpSetup.NewClient();
        using var response = await client.GetAsync(daemon.Uri(), HttpCompletionOption.ResponseHeadersRead);
        using StreamReader reader = new(await response.Content.ReadAsStreamAsync());

        Assert.Equal("one", await reader.ReadLineAsync());
        await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System);
        next.SetResult();
        Assert.Equal("two", await reader.ReadLineAsync());
        Assert.Null(await reader.ReadLineAsync());
    }

    [Fact]
    public async Task Expect100_WaitsForTheBackendsWord()
    {
        var hasContinued = false;
        await using RawBackend backend = new("b1", "", async (stream, stop) =>
        {
            hasContinued = true;
            await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), stop);
            var body = new byte["5\r\nhello\r\n0\r\n\r\n".Length];
            await stream.ReadExactlyAsync(body, stop);
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray(), stop);
            await stream.WriteAsync(body, stop);
        });
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(backend.Options));
        using var client = await RawClient.ConnectAsync(daemon.EndPoint);

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 100 Continue\r\n", await client.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.True(hasContinued, "the backend was not asked");
        await client.SendAsync("hello");

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", await client.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.Equal("5\r\nhello\r\n", await client.ReadAsync("5\r\nhello\r\n".Length));
        Assert.Contains("Expect: 100-continue", Assert.Single(backend.Heads), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1200)]
    public async Task Expect100ThatIsRefused_GetsTheRefusalAloneAndTheConnectionIsClosed(int thinkingMilliseconds)
    {
        await using RawBackend backend = new("b1", "", async (stream, stop) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(thinkingMilliseconds), TimeProvider.System, stop);
            await stream.WriteAsync("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno"u8.ToArray(), stop);
        });
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(backend.Options));
        using var client = await RawClient.ConnectAsync(daemon.EndPoint);

        var startedAt = TimeProvider.System.GetTimestamp();
        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
        var head = await client.ReadHeadAsync();

        // Five seconds is what a backend has: nothing is shown on a machine that was as late as that.
        Assert.SkipWhen(TimeProvider.System.GetElapsedTime(startedAt) > TimeSpan.FromSeconds(4.5), "this machine was late");
        Assert.StartsWith("HTTP/1.1 401 Unauthorized\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", head, StringComparison.Ordinal);
        Assert.Equal("no", await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Expect100ThatIsRefusedHere_GetsTheRefusalAlone()
    {
        await using RawBackend backend = new("b1", "");
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(backend.Options).WithTerms(r => r with { MaxRequestBody = 4 }));
        using var client = await RawClient.ConnectAsync(daemon.EndPoint);

        await client.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
        var head = await client.ReadHeadAsync();

        Assert.StartsWith("HTTP/1.1 413 ", head, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", head, StringComparison.Ordinal);
        Assert.Empty(backend.Heads);
    }

    [Theory]
    [InlineData("SPDY/3.1")]
    [InlineData("websocket")]
    public async Task Upgrade_IsPassedOnWithItsHeadersApart(string protocol)
    {
        await using RawBackend backend = new(
            "b1", $"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: {protocol}\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n\r\n", RawBackend.EchoAsync);
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(backend.Options));
        using var client = await RawClient.ConnectAsync(daemon.EndPoint);

        await client.SendAsync(
            $"GET /exec HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: {protocol}\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n"
            + "X-Stream-Protocol-Version: v3.channel.k8s.io\r\nX-Stream-Protocol-Version: channel.k8s.io\r\n\r\n");
        var head = await client.ReadHeadAsync();
        await client.SendAsync("\0ping");

        Assert.StartsWith("HTTP/1.1 101 ", head, StringComparison.Ordinal);
        Assert.Contains($"Upgrade: {protocol}", head, StringComparison.Ordinal);
        Assert.Equal("\0ping", await client.ReadAsync(5));
        var asked = Assert.Single(backend.Heads);
        Assert.Equal(
            ["v4.channel.k8s.io", "v3.channel.k8s.io", "channel.k8s.io"],
            asked.Split("\r\n").Where(l => l.StartsWith("X-Stream-Protocol-Version: ", StringComparison.OrdinalIgnoreCase)).Select(l => l.Split(": ")[1]));
        Assert.Contains($"Upgrade: {protocol}", asked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task IdleUpgrade_IsCutAfterTheIdleTimeoutOnly()
    {
        await using RawBackend backend = new("b1", "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n", RawBackend.EchoAsync);
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(backend.Options).WithTerms(r => r with { IdleTimeout = TimeSpan.FromMilliseconds(300) }));
        using var client = await RawClient.ConnectAsync(daemon.EndPoint);
        await client.SendAsync("GET /exec HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n");
        await client.ReadHeadAsync();

        await client.SendAsync("ping");
        Assert.Equal("ping", await client.ReadAsync(4));

        Assert.Empty(await client.ReadToEndAsync());
        await Eventually.HoldsAsync(
            () => daemon.Backend("b1").Counters.Closes(Backends.CloseReason.Idle) == 1, () => $"idle {daemon.Backend("b1").Counters.Closes(Backends.CloseReason.Idle)}");
    }

    [Fact]
    public async Task LargeUpload_ArrivesWhole()
    {
        const long Bytes = 48L << 20;
        await using var backend = await WebBackend.StartAsync("b1", async context =>
        {
            var buffer = new byte[65536];
            long total = 0;
            for (var count = 1; count > 0; total += count)
            {
                count = await context.Request.Body.ReadAsync(buffer);
            }

            await context.Response.WriteAsync($"{total}");
        });
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(backend.Options));
        using var client = HttpSetup.NewClient();
        using ByteArrayContent content = new(new byte[Bytes]);

        using var response = await client.PutAsync(daemon.Uri(), content);

        Assert.Equal($"{Bytes}", await response.Content.ReadAsStringAsync());
        Assert.True(daemon.Backend("b1").Counters.BytesToBackend >= Bytes, $"{daemon.Backend("b1").Counters.BytesToBackend} bytes were counted");
    }

    [Fact]
    public async Task ClientThatReadsSlowly_SlowsTheBackendDown()
    {
        const int Block = 64 * 1024;
        const int Blocks = 1024;
        const long MostUnderWay = 24L << 20;
        long written = 0;
        await using var backend = await WebBackend.StartAsync("b1", async context =>
        {
            context.Response.ContentLength = (long)Block * Blocks;
            for (var i = 0; i < Blocks; i++)
            {
                await context.Response.Body.WriteAsync(new byte[Block]);
                Interlocked.Add(ref written, Block);
            }
        });
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(backend.Options));
        using var client = HttpSetup.NewClient();
        using var response = await client.GetAsync(daemon.Uri(), HttpCompletionOption.ResponseHeadersRead);
        await using var body = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[Block];
        long read = 0;

        for (var count = 1; count > 0; read += count)
        {
            count = await body.ReadAsync(buffer);
            Assert.True(Interlocked.Read(ref written) - read < MostUnderWay, $"{Interlocked.Read(ref written)} written, {read} read");
        }

        Assert.Equal((long)Block * Blocks, read);
    }

    [Fact]
    public async Task Nginx_ServesFilesRangesAndItsName()
    {
        await using var nginx = await Nginx.StartAsync("n1");
        var content = new byte[3_000_000];
        new Random(1).NextBytes(content);
        nginx.Write("big", content);
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(nginx.Options));
        using var client = HttpSetup.NewClient();
        using HttpRequestMessage part = new(HttpMethod.Get, daemon.Uri("/big")) { Headers = { Range = new RangeHeaderValue(1000, 1999) } };

        using var ranged = await client.SendAsync(part);

        Assert.Equal("n1 GET 127.0.0.1\n", await client.GetStringAsync(daemon.Uri("/name")));
        Assert.Equal(content, await client.GetByteArrayAsync(daemon.Uri("/big")));
        Assert.Equal(HttpStatusCode.PartialContent, ranged.StatusCode);
        Assert.Equal(content[1000..2000], await ranged.Content.ReadAsByteArrayAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await daemon.GetAsync("/missing")).Status);
        using var head = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, daemon.Uri("/big")));
        Assert.Equal(content.Length, head.Content.Headers.ContentLength);
    }
}
