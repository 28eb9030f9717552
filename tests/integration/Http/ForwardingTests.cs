using System.Net;
using System.Net.Http.Headers;
using ApiLb.IntegrationTests.Actors;
using Xunit;

namespace ApiLb.IntegrationTests.Http;

/// <summary>What a request becomes on its way to a backend, and its answer on the way back.</summary>
public sealed class ForwardingTests : IAsyncLifetime
{
    private WebBackend _backend = null!;
    private RunningDaemon _daemon = null!;

    public async ValueTask InitializeAsync()
    {
        _backend = await WebBackend.StartAsync("b1");
        _daemon = await RunningDaemon.StartAsync(HttpSetup.Http(_backend.Options));
    }

    public async ValueTask DisposeAsync()
    {
        await _daemon.DisposeAsync();
        await _backend.DisposeAsync();
    }

    [Fact]
    public async Task Get_ReachesTheBackend()
    {
        var (status, body) = await _daemon.GetAsync("/some/path?and=query");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.StartsWith("b1 HTTP/1.1 GET /some/path?and=query\n", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/a%2Fb/%7Euser//c?x=%20%41")]
    [InlineData("/")]
    [InlineData("/?")]
    [InlineData("/v2/library%3Aimage/manifests/sha256:00")]
    public async Task PlainPath_ReachesTheBackendByteForByte(string target) =>
        Assert.StartsWith($"b1 HTTP/1.1 GET {target}\n", (await _daemon.GetAsync(target)).Body, StringComparison.Ordinal);

    [Theory]
    [InlineData("/a/../secret", "/secret")]
    [InlineData("/a/%2e%2E/secret?q", "/secret?q")]
    [InlineData("/a/./b", "/a/b")]
    public async Task DotSegments_ReachTheBackendResolved(string target, string seen) =>
        Assert.StartsWith($"b1 HTTP/1.1 GET {seen}\n", (await _daemon.GetAsync(target)).Body, StringComparison.Ordinal);

    [Fact]
    public async Task StrangersClaims_AreReplaced()
    {
        var (_, body) = await _daemon.GetAsync(
            "/", ("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "evil"), ("Forwarded", "for=6.6.6.6"),
            ("X-Real-IP", "6.6.6.6"), ("X-Remote-User", "admin"), ("X-Remote-Extra-Scopes", "all"));

        Assert.Contains("\nX-Forwarded-For: 127.0.0.1\n", body, StringComparison.Ordinal);
        Assert.Contains("\nX-Forwarded-Proto: http\n", body, StringComparison.Ordinal);
        Assert.Contains($"\nX-Forwarded-Host: {_daemon.EndPoint}\n", body, StringComparison.Ordinal);
        Assert.DoesNotContain("6.6.6.6", body, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", body, StringComparison.Ordinal);
        Assert.DoesNotContain("X-Remote", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TrustedProxy_IsBelievedAndAddedTo()
    {
        await _daemon.ApplyAsync(HttpSetup.Http(_backend.Options).With(l => l with { TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")] }));

        var (_, body) = await _daemon.GetAsync("/", ("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "front.example.com"));

        Assert.Contains("\nX-Forwarded-For: 6.6.6.6, 127.0.0.1\n", body, StringComparison.Ordinal);
        Assert.Contains("\nX-Forwarded-Proto: https\n", body, StringComparison.Ordinal);
        Assert.Contains("\nX-Forwarded-Host: front.example.com\n", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HopByHopHeaders_StayOnTheirHop()
    {
        var (_, body) = await _daemon.GetAsync("/", ("Connection", "X-Mine"), ("X-Mine", "1"), ("Proxy-Authorization", "Basic x"), ("Keep-Alive", "timeout=5"), ("X-Other", "2"));

        Assert.Contains("X-Other: 2", body, StringComparison.Ordinal);
        Assert.DoesNotContain("Keep-Alive: timeout", body, StringComparison.Ordinal);
        Assert.DoesNotContain("Proxy-Authorization", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HostAndTraceContext_ArePassedOn()
    {
        const string Parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

        var (_, body) = await _daemon.GetAsync("/", ("Host", "shop.example.com"), ("traceparent", Parent), ("tracestate", "a=b"));

        Assert.Contains("\nHost: shop.example.com\n", body, StringComparison.Ordinal);
        Assert.Contains($"\ntraceparent: {Parent}\n", body, StringComparison.Ordinal);
        Assert.Contains("\ntracestate: a=b\n", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NonAsciiHeader_ReachesTheBackend()
    {
        var (status, body) = await _daemon.GetAsync("/", ("X-Name", "plain"));

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("\nX-Name: plain\n", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_CarriesItsBodyAndItsAnswer()
    {
        await using var echo = await WebBackend.StartAsync("echo", context => context.Request.Body.CopyToAsync(context.Response.Body));
        await _daemon.ApplyAsync(HttpSetup.Http(echo.Options));
        using var client = HttpSetup.NewClient();
        using StringContent content = new("hello", new MediaTypeHeaderValue("text/plain"));

        using var response = await client.PostAsync(_daemon.Uri("/echo"), content);

        Assert.Equal("hello", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task StatusAndHeaders_ComeBack()
    {
        await using var teapot = await WebBackend.StartAsync("teapot", context =>
        {
            context.Response.StatusCode = 418;
            context.Response.Headers.SetCookie = new(["a=1", "b=2"]);
            context.Response.Headers["X-Answer"] = "42";
            return Task.CompletedTask;
        });
        await _daemon.ApplyAsync(HttpSetup.Http(teapot.Options));
        using var client = HttpSetup.NewClient();

        using var response = await client.GetAsync(_daemon.Uri());

        Assert.Equal(418, (int)response.StatusCode);
        Assert.Equal(["a=1", "b=2"], response.Headers.GetValues("Set-Cookie"));
        Assert.Equal(["42"], response.Headers.GetValues("X-Answer"));
        Assert.Equal("Kestrel", response.Headers.Server.ToString());
    }

    [Fact]
    public async Task ManyRequestsOverOneConnection_AreOneConnection()
    {
        using var client = HttpSetup.NewClient();

        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(_daemon.Uri())).StatusCode);
        }

        Assert.Equal(1, _daemon.Counters.Accepted);
        Assert.Equal(20, await _daemon.MetricAsync("apilb_http_requests_total{listener=\"web\",route=\"default\",pool=\"control-plane\",code=\"2xx\"}"));
    }
}
