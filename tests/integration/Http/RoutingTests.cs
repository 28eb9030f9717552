using System.Net;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Actors;
using Xunit;

namespace ApiLb.IntegrationTests.Http;

/// <summary>Which pool serves which request, and what the listener answers itself.</summary>
public sealed class RoutingTests : IAsyncLifetime
{
    private WebBackend _one = null!;
    private WebBackend _two = null!;

    public async ValueTask InitializeAsync()
    {
        _one = await WebBackend.StartAsync("one");
        _two = await WebBackend.StartAsync("two");
    }

    public async ValueTask DisposeAsync()
    {
        await _one.DisposeAsync();
        await _two.DisposeAsync();
    }

    [Fact]
    public async Task Requests_GoWhereTheirRouteSays()
    {
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(_one.Options)
            .WithRoute("two", r => r with { Host = "two.example.com", Path = "/b", StripPath = true }, _two.Options));

        Assert.StartsWith("one HTTP/1.1 GET /b/c", (await daemon.GetAsync("/b/c")).Body, StringComparison.Ordinal);
        Assert.StartsWith("one HTTP/1.1 GET /bc", (await daemon.GetAsync("/bc", ("Host", "two.example.com"))).Body, StringComparison.Ordinal);
        var (_, body) = await daemon.GetAsync("/b/c?d", ("Host", "Two.example.com:8080"));
        Assert.StartsWith("two HTTP/1.1 GET /c?d\n", body, StringComparison.Ordinal);
        Assert.Contains("\nX-Forwarded-Prefix: /b\n", body, StringComparison.Ordinal);
        Assert.StartsWith("two HTTP/1.1 GET /\n", (await daemon.GetAsync("/b", ("Host", "two.example.com"))).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NameBeyondAscii_StaysAsDnsHasIt()
    {
        const string Name = "xn--bcher-kva.example.com";
        var options = HttpSetup.Http(_one.Options).WithRoute("two", r => r with { Host = Name }, _two.Options);
        await using var daemon = await RunningDaemon.StartAsync(options);

        var (_, body) = await daemon.GetAsync("/", ("Host", Name));

        Assert.StartsWith("two ", body, StringComparison.Ordinal);
        Assert.Contains($"\nHost: {Name}\n", body, StringComparison.Ordinal);
        Assert.Contains($"\nX-Forwarded-Host: {Name}\n", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a..b")]
    [InlineData("a:b")]
    public async Task HostThatIsNone_IsRefused(string host)
    {
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(_one.Options));
        using var client = await RawClient.ConnectAsync(daemon.EndPoint);

        await client.SendAsync($"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", await client.ReadHeadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoRouteAndNoPool_Is404ThatNamesTheListener()
    {
        var options = HttpSetup.Http(_one.Options).WithRoute("two", r => r with { Path = "/b" }, _two.Options);
        await using var daemon = await RunningDaemon.StartAsync(options.With(l => l with { Pool = null }));

        Assert.Equal((HttpStatusCode.NotFound, "404 Not Found: nothing is served at this host and path (listener web)\n"), await daemon.GetAsync("/a"));
        Assert.Equal(1, await daemon.MetricAsync("apilb_http_request_failures_total{listener=\"web\",route=\"none\",pool=\"\",reason=\"no_route\"}"));
    }

    [Theory]
    [InlineData("shop.example.com")]
    [InlineData("xn--bcher-kva.example.com")]
    [InlineData("[::1]")]
    public async Task Redirect_KeepsHostPathAndQuery(string host)
    {
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(_one.Options).With(l => l with { RedirectToHttps = true, Pool = null }));
        using var client = HttpSetup.NewClient();
        using HttpRequestMessage request = new(HttpMethod.Get, daemon.Uri("/a%2Fb?c=d")) { Headers = { Host = $"{host}:80" } };

        using var response = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.PermanentRedirect, response.StatusCode);
        Assert.Equal($"https://{host}/a%2Fb?c=d", response.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task DeniedClient_Gets403()
    {
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(_one.Options).WithTerms(r => r with { Deny = [IPNetwork.Parse("127.0.0.0/8")] }));

        Assert.Equal(HttpStatusCode.Forbidden, (await daemon.GetAsync()).Status);
        Assert.Empty(_one.Requests);
    }

    [Fact]
    public async Task TooManyRequests_Get429AndWhenToComeBack()
    {
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(_one.Options)
            .WithTerms(r => r with { RateLimit = new RateLimitOptions { Requests = 2, Per = TimeSpan.FromHours(1) } }));
        using var client = HttpSetup.NewClient();
        await client.GetAsync(daemon.Uri());
        await client.GetAsync(daemon.Uri());

        using var third = await client.GetAsync(daemon.Uri());

        Assert.Equal(HttpStatusCode.TooManyRequests, third.StatusCode);
        Assert.InRange(third.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 1800);
        Assert.Equal(2, _one.Requests.Count);
    }

    [Fact]
    public async Task BodyBeyondTheLimit_Gets413()
    {
        await using var echo = await WebBackend.StartAsync("echo", context => context.Request.Body.CopyToAsync(context.Response.Body));
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(echo.Options).WithTerms(r => r with { MaxRequestBody = 1000 }));
        using var client = HttpSetup.NewClient();
        using HttpRequestMessage chunked = new(HttpMethod.Post, daemon.Uri()) { Content = new StreamContent(new MemoryStream(new byte[5000])), Headers = { TransferEncodingChunked = true } };

        using var known = await client.PostAsync(daemon.Uri(), new ByteArrayContent(new byte[1001]));
        using var unknown = await client.SendAsync(chunked);
        using var fitting = await client.PostAsync(daemon.Uri(), new ByteArrayContent(new byte[1000]));

        Assert.Equal(
            (HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.OK), (known.StatusCode, unknown.StatusCode, fitting.StatusCode));
    }

    [Theory]
    [InlineData("CONNECT evil.example.com:443 HTTP/1.1\r\nHost: evil.example.com:443\r\n\r\n", "400")]
    [InlineData("GET / HTTP/1.0\r\n\r\n", "400")]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "400")]
    public async Task WhatIsNoRequestForThisSide_IsRefused(string request, string status)
    {
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(_one.Options));
        using var client = await RawClient.ConnectAsync(daemon.EndPoint);

        await client.SendAsync(request);

        Assert.StartsWith($"HTTP/1.1 {status} ", await client.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.Empty(_one.Requests);
    }

    [Fact]
    public async Task ClientBehindAProxy_IsWhomItsHeaderNames()
    {
        var options = HttpSetup.Http(_one.Options).With(l => l with { ProxyProtocol = new ProxyProtocolOptions { From = [IPNetwork.Parse("127.0.0.1/32")] } });
        await using var daemon = await RunningDaemon.StartAsync(options);
        using var client = await RawClient.ConnectAsync(daemon.EndPoint);

        await client.SendAsync("PROXY TCP4 192.0.2.7 192.0.2.1 5000 80\r\n");
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        Assert.Contains("X-Forwarded-For: 192.0.2.7", await client.ReadToEndAsync(), StringComparison.Ordinal);
    }
}
