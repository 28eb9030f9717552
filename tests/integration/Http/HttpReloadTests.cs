using System.Net;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.Http;

/// <summary>HTTP listeners and routes that change while requests come.</summary>
public sealed class HttpReloadTests : IAsyncLifetime
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
    public async Task OpenConnection_GoesTheNewWays()
    {
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(_one.Options));
        using var client = HttpSetup.NewClient();
        Assert.StartsWith("one ", await client.GetStringAsync(daemon.Uri("/a")), StringComparison.Ordinal);

        await daemon.ApplyAsync(HttpSetup.Http(_one.Options).WithRoute("two", r => r with { Path = "/a" }, _two.Options));

        Assert.StartsWith("two ", await client.GetStringAsync(daemon.Uri("/a")), StringComparison.Ordinal);
        Assert.Equal(1, daemon.Counters.Accepted);
    }

    [Fact]
    public async Task RoutesAndPoolsThatChangeUnderLoad_FailNobody()
    {
        var plain = HttpSetup.Http(_one.Options);
        ApiLbOptions[] files =
        [
            plain,
            plain.WithRoute("two", r => r with { Path = "/a" }, _two.Options),
            plain.WithRoute("three", r => r with { Host = "127.0.0.1", RateLimit = new RateLimitOptions { Requests = 100_000 } }, _one.Options, _two.Options),
            HttpSetup.Http(_two.Options, _one.Options),
        ];
        await using var daemon = await RunningDaemon.StartAsync(plain);
        await using RequestLoad load = new(daemon.Uri("/a"), clients: 6);

        for (var i = 1; i <= 24; i++)
        {
            await daemon.ApplyAsync(files[i % files.Length]);
            await load.ServesAsync(30);
        }

        await load.StopAsync();
        Assert.Empty(load.Failures);
        Assert.NotEmpty(_two.Requests);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task HttpsListenerThatChangesUnderLoad_FailsNobody(string version)
    {
        using ClusterCa ca = new();
        var tls = HttpSetup.Tls(ca, "localhost");
        ApiLbOptions[] files =
        [
            HttpSetup.Https(tls, _one.Options),
            HttpSetup.Https(tls with { MinimumVersion = ListenerTlsOptions.Tls13 }, _one.Options).WithRoute("two", r => r with { Path = "/a" }, _two.Options),
            HttpSetup.Https(tls, _two.Options, _one.Options).With(l => l with { LogRequests = RequestLogging.Failed }),
        ];
        await using var daemon = await RunningDaemon.StartAsync(files[0]);
        await using RequestLoad load = new(daemon.Uri("/a", "https"), clients: 6, new Version(version));

        for (var i = 1; i <= 12; i++)
        {
            await daemon.ApplyAsync(files[i % files.Length]);
            await load.ServesAsync(30);
        }

        await load.StopAsync();
        Assert.Empty(load.Failures);
        Assert.NotEmpty(_two.Requests);
    }

    [Fact]
    public async Task RateLimit_RemembersOverAReload()
    {
        var options = HttpSetup.Http(_one.Options).WithTerms(r => r with { RateLimit = new RateLimitOptions { Requests = 1, Per = TimeSpan.FromHours(1) } });
        await using var daemon = await RunningDaemon.StartAsync(options);
        Assert.Equal(HttpStatusCode.OK, (await daemon.GetAsync()).Status);

        await daemon.ApplyAsync(options.With(l => l with { LogRequests = RequestLogging.All }));

        Assert.Equal(HttpStatusCode.TooManyRequests, (await daemon.GetAsync()).Status);
    }

    [Fact]
    public async Task ListenerThatBecomesTcp_KeepsItsSocketAndItsRequests()
    {
        const string Mark = "X-Forwarded-For";
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(_one.Options));
        using var client = HttpSetup.NewClient();
        await client.GetStringAsync(daemon.Uri());

        await daemon.ApplyAsync(Setup.Tcp(_one.Options).With((ListenerOptions l) => l with { Name = "web" }));

        Assert.DoesNotContain(Mark, (await daemon.GetAsync()).Body, StringComparison.Ordinal);
        Assert.Contains(Mark, await client.GetStringAsync(daemon.Uri()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_LetsARequestFinish()
    {
        TaskCompletionSource begun = new();
        TaskCompletionSource done = new();
        await using var slow = await WebBackend.StartAsync("slow", async context =>
        {
            begun.SetResult();
            await done.Task;
        });
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(slow.Options));
        using var client = HttpSetup.NewClient();
        var request = client.GetAsync(daemon.Uri());
        await begun.Task;

        var stopping = daemon.StopAsync(CancellationToken.None);
        done.SetResult();

        Assert.Equal(HttpStatusCode.OK, (await request).StatusCode);
        await stopping;
    }

    [Fact]
    public async Task StopWithoutPatience_CutsRequests()
    {
        TaskCompletionSource begun = new();
        await using var slow = await WebBackend.StartAsync("slow", async context =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(slow.Options));
        using var client = HttpSetup.NewClient();
        var request = client.GetAsync(daemon.Uri());
        await begun.Task;

        await daemon.StopAsync(new CancellationToken(canceled: true));

        await Assert.ThrowsAsync<HttpRequestException>(() => request);
    }
}
