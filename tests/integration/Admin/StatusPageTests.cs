using System.Net;
using ApiLb.Admin.Page;
using ApiLb.IntegrationTests.Actors;
using Xunit;

namespace ApiLb.IntegrationTests.Admin;

/// <summary>The status page as any HTTP client meets it.</summary>
public sealed class StatusPageTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Browser_GetsThePageBehindItsFences()
    {
        await using var host = await AdminHost.StartAsync();
        host.Live();
        using var client = host.NewClient(overSocket: false);

        using var answer = await client.SendAsync(FromBrowser("/"));

        Assert.Equal("text/html; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal(PageAssets.Policy, Header(answer, "Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; style-src 'sha256-", PageAssets.Policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", PageAssets.Policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        Assert.Equal("DENY", Header(answer, "X-Frame-Options"));
        Assert.Equal("no-referrer", Header(answer, "Referrer-Policy"));
        Assert.Equal("same-origin", Header(answer, "Cross-Origin-Resource-Policy"));
        Assert.Equal("no-store", Header(answer, "Cache-Control"));
        var html = await answer.Content.ReadAsStringAsync();
        Assert.Contains("1 alarm", html, StringComparison.Ordinal);
        Assert.Contains("connection refused", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Curl_GetsTextThatNamesThePaths()
    {
        await using var host = await AdminHost.StartAsync();
        using var client = host.NewClient(overSocket: false);

        using var answer = await client.GetAsync("/");

        Assert.Equal("text/plain; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Contains("/live ", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("TRACE")]
    public async Task OtherMethods_AreRefusedOnEveryPathOfTheNetwork(string method)
    {
        await using var host = await AdminHost.StartAsync();
        using var client = host.NewClient(overSocket: false);

        foreach (var route in host.Server.Routes.All.Where(r => r.IsPublic))
        {
            using var answer = await client.SendAsync(new HttpRequestMessage(new HttpMethod(method), new Uri(route.Path, UriKind.Relative)));

            Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
            Assert.Equal("GET, HEAD", string.Join(", ", answer.Content.Headers.Allow));
        }

        Assert.DoesNotContain(host.Server.Routes.All, r => r is { IsPublic: true, IsChange: true });
    }

    [Fact]
    public async Task Stream_BeginsWithTheWholeAndGoesOnWithWhatChanged()
    {
        await using var host = await AdminHost.StartAsync();
        host.Pass(0);
        await using var live = await LiveStream.OpenAsync(host);
        var first = await live.NextAsync();
        Assert.StartsWith("<div id=\"page\">", first, StringComparison.Ordinal);
        Assert.Contains("All is well", first, StringComparison.Ordinal);

        host.Refuse(0);

        var change = await live.UntilAsync("id=\"now\"");
        Assert.Contains("cp1", change, StringComparison.Ordinal);
        Assert.Contains("connection refused", change, StringComparison.Ordinal);
        Assert.DoesNotContain("<div id=\"page\">", change, StringComparison.Ordinal);
        Assert.DoesNotContain($"id=\"{SectionId.Listeners}\"", change, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_HasItsPlacesAndGivesThemBack()
    {
        await using var host = await AdminHost.StartAsync();
        List<LiveStream> streams = [];
        for (var i = 0; i < PageFeed.MostSubscriptions; i++)
        {
            streams.Add(await LiveStream.OpenAsync(host));
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusOfAsync(host, FromBrowser("/live")));
        Assert.Equal(HttpStatusCode.OK, await StatusOfAsync(host, FromBrowser("/")));
        Assert.Equal(HttpStatusCode.OK, await StatusOfAsync(host, FromBrowser("/metrics")));

        await streams[0].DisposeAsync();
        streams.Add(await LiveStream.OpenedAsync(host));

        foreach (var stream in streams)
        {
            await stream.DisposeAsync();
        }
    }

    [Fact]
    public async Task Head_TakesNoPlace()
    {
        await using var host = await AdminHost.StartAsync();
        using var client = host.NewClient(overSocket: false);

        for (var i = 0; i < PageFeed.MostSubscriptions + 1; i++)
        {
            using var answer = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/live"));
            Assert.Equal("text/event-stream; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        }
    }

    [Theory]
    [InlineData("cross-site", HttpStatusCode.Forbidden)]
    [InlineData("same-site", HttpStatusCode.Forbidden)]
    [InlineData("same-origin", HttpStatusCode.OK)]
    public async Task PagesOfOtherSites_GetNoStream(string site, HttpStatusCode expected)
    {
        await using var host = await AdminHost.StartAsync();
        using var request = FromBrowser("/live");
        request.Headers.Add("Sec-Fetch-Site", site);

        Assert.Equal(expected, await StatusOfAsync(host, request));
    }

    [Fact]
    public async Task Stop_EndsTheStreamCleanly()
    {
        await using var host = await AdminHost.StartAsync();
        await using var live = await LiveStream.OpenAsync(host);
        _ = await live.NextAsync();

        await host.Server.StopAsync(CancellationToken.None).WaitAsync(Deadline);

        await live.EndsAsync();
    }

    [Fact]
    public async Task GracefulStopOfTheDaemon_IsNotHeldByTheStream()
    {
        await using NamedBackend backend = new("cp1");
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(backend.Options));
        using HttpClient http = new();
        using var answer = await http.GetAsync(new Uri($"http://{daemon.Daemon.AdminEndPoint}/live"), HttpCompletionOption.ResponseHeadersRead);

        await daemon.StopAsync(CancellationToken.None).WaitAsync(Deadline);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Page_NamesNoClient()
    {
        await using NamedBackend backend = new("cp1");
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(backend.Options));
        using var client = await Client.ConnectAsync(daemon.EndPoint, IPAddress.Parse("127.0.0.77"));
        _ = await client.WhoAsync();
        using HttpClient http = new();
        http.DefaultRequestHeaders.Add("Accept", "text/html");

        var html = await http.GetStringAsync(new Uri($"http://{daemon.Daemon.AdminEndPoint}/"));

        Assert.Contains("1 of 1 backends ready", html, StringComparison.Ordinal);
        Assert.DoesNotContain("127.0.0.77", html, StringComparison.Ordinal);
    }

    private static HttpRequestMessage FromBrowser(string path)
    {
        HttpRequestMessage request = new(HttpMethod.Get, path);
        request.Headers.Add("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
        return request;
    }

    private static string Header(HttpResponseMessage answer, string name) => Assert.Single(answer.Headers.GetValues(name));

    private static async Task<HttpStatusCode> StatusOfAsync(AdminHost host, HttpRequestMessage request)
    {
        using var client = host.NewClient(overSocket: false);
        using (request)
        {
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            return answer.StatusCode;
        }
    }
}
