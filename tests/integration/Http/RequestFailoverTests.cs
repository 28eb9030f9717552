using System.Net;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Health;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace ApiLb.IntegrationTests.Http;

/// <summary>Backends that fail a request: who takes it then, and what the client is told.</summary>
public sealed class RequestFailoverTests
{
    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task RefusedRequest_IsServedByTheNext(string method)
    {
        await using NamedBackend gone = new("gone");
        await using var backend = await WebBackend.StartAsync("b2");
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(gone.Options, backend.Options));
        await gone.StopAsync();
        using var client = HttpSetup.NewClient();
        using HttpRequestMessage request = new(new HttpMethod(method), daemon.Uri()) { Content = method == "POST" ? new StringContent("x") : null };

        using var response = await client.SendAsync(request);

        Assert.StartsWith("b2 ", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(1, daemon.Backend("gone").Counters.ConnectFailures);
        Assert.Equal(1, daemon.Backend("gone").Counters.Failovers);
    }

    [Fact]
    public async Task RequestThatTheBackendClosedOn_IsRepeatedIfItMayBe()
    {
        await using RawBackend closing = new("closing", "");
        await using var backend = await WebBackend.StartAsync("b2");
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(closing.Options, backend.Options));
        using var client = HttpSetup.NewClient();

        var body = await client.GetStringAsync(daemon.Uri());

        Assert.StartsWith("b2 ", body, StringComparison.Ordinal);
        Assert.NotEmpty(closing.Heads);
    }

    [Fact]
    public async Task PostWhoseBackendWasTakenOutSinceItWasChosen_IsServedByTheNext()
    {
        await using var drained = await WebBackend.StartAsync("drained");
        await using var backend = await WebBackend.StartAsync("b2");
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(drained.Options, backend.Options));
        daemon.Backend("drained").Connections.CloseNewcomers(CloseReason.Drain);
        using var client = HttpSetup.NewClient();

        using var response = await client.PostAsync(daemon.Uri(), new StringContent("pay"));

        Assert.StartsWith("b2 ", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(drained.Requests);
    }

    [Theory]
    [InlineData("")]
    [InlineData("pay")]
    public async Task PostThatTheBackendClosedOn_IsNotRepeated(string content)
    {
        await using RawBackend closing = new("closing", "");
        await using var backend = await WebBackend.StartAsync("b2");
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(closing.Options, backend.Options));
        using var client = HttpSetup.NewClient();

        using var response = await client.PostAsync(daemon.Uri(), content.Length > 0 ? new StringContent(content) : null);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal("502 Bad Gateway: the backend closed the connection before its answer was whole (listener web)\n", await response.Content.ReadAsStringAsync());
        Assert.Single(closing.Heads);
        Assert.Empty(backend.Requests);
    }

    [Fact]
    public async Task NobodyReachable_Is502()
    {
        await using NamedBackend gone = new("gone");
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(gone.Options));
        await gone.StopAsync();

        Assert.Equal((HttpStatusCode.BadGateway, "502 Bad Gateway: no backend could be reached (listener web)\n"), await daemon.GetAsync());
        Assert.Equal(1, await daemon.MetricAsync("apilb_http_request_failures_total{listener=\"web\",route=\"default\",pool=\"control-plane\",reason=\"connect\"}"));
    }

    [Fact]
    public async Task NobodyToTry_Is503()
    {
        await using var backend = await WebBackend.StartAsync("b1");
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(backend.Options));
        daemon.Daemon.Pools[0].SetMode(daemon.Backend("b1"), ModeOrder.None with { Mode = OperatorMode.Maint });

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "503 Service Unavailable: no backend is available (listener web)\n"), await daemon.GetAsync());
    }

    [Fact]
    public async Task FullBackend_Is503AndTakesTheNextOneLater()
    {
        TaskCompletionSource done = new();
        await using var backend = await WebBackend.StartAsync("b1", async context =>
        {
            await done.Task;
            await context.Response.WriteAsync("done");
        });
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(backend.Options with { MaxConnections = 1 }).With(p => p with { Queue = new QueueOptions { MaxLength = 0 } }));
        var first = daemon.GetAsync();
        await Eventually.HoldsAsync(() => daemon.Backend("b1").Counters.Active == 1, () => "nobody is served");

        var second = await daemon.GetAsync();
        done.SetResult();

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "503 Service Unavailable: every backend is busy (listener web)\n"), second);
        Assert.Equal((HttpStatusCode.OK, "done"), await first);
        Assert.Equal(HttpStatusCode.OK, (await daemon.GetAsync()).Status);
    }

    [Fact]
    public async Task RequestsInLine_AreServedInTurn()
    {
        await using var backend = await WebBackend.StartAsync("b1");
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(backend.Options with { MaxConnections = 1 })
            .With(p => p with { Queue = new QueueOptions { MaxLength = 100, Timeout = TimeSpan.FromSeconds(15) } }));

        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => daemon.GetAsync()));

        Assert.All(answers, a => Assert.Equal(HttpStatusCode.OK, a.Status));
        await daemon.LineBecomesAsync(0);
    }

    [Fact]
    public async Task SilentBackend_Is504AfterTheTimeout()
    {
        await using RawBackend silent = new("silent", "", (_, stop) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop));
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(silent.Options).WithTerms(r => r with { Timeout = TimeSpan.FromMilliseconds(200) }));

        Assert.Equal((HttpStatusCode.GatewayTimeout, "504 Gateway Timeout: the backend did not answer in time (listener web)\n"), await daemon.GetAsync());
    }

    [Fact]
    public async Task BadAnswer_Is502()
    {
        await using RawBackend bad = new("bad", "SSH-2.0-OpenSSH\r\n\r\n");
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(bad.Options));

        Assert.Equal((HttpStatusCode.BadGateway, "502 Bad Gateway: the backend's answer is not valid HTTP (listener web)\n"), await daemon.GetAsync());
    }

    [Fact]
    public async Task TruncatedAnswer_IsSeenAsTruncated()
    {
        await using RawBackend cut = new("cut", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(cut.Options));
        using var client = HttpSetup.NewClient();

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(daemon.Uri()));
    }

    [Fact]
    public async Task DeadBackend_LosesItsWaitingRequestsToAnother()
    {
        await using RawBackend silent = new("silent", "", (_, stop) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop));
        await using var backend = await WebBackend.StartAsync("b2");
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(silent.Options, backend.Options));
        var waiting = daemon.GetAsync();
        await Eventually.HoldsAsync(() => silent.Heads.Count == 1, () => "the request did not reach its backend");

        await daemon.Daemon.Closing.CloseAsync(daemon.Backend("silent"), CloseReason.BackendDead, CancellationToken.None);

        Assert.StartsWith("b2 ", (await waiting).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClientThatLeaves_FreesItsBackend()
    {
        await using RawBackend silent = new("silent", "", (_, stop) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop));
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(silent.Options));
        using (var client = await RawClient.ConnectAsync(daemon.EndPoint))
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            await Eventually.HoldsAsync(() => silent.Heads.Count == 1, () => "the request did not reach its backend");
        }

        await Eventually.HoldsAsync(() => daemon.Backend("silent").Counters.Active == 0, () => $"{daemon.Backend("silent").Counters.Active} active");
        Assert.Equal(1, daemon.Backend("silent").Counters.Closes(CloseReason.ClientReset));
    }

    [Fact]
    public async Task KilledBackendUnderLoad_FailsNobody()
    {
        await using var one = await Nginx.StartAsync("n1");
        await using var two = await Nginx.StartAsync("n2");
        await using var daemon = await RunningDaemon.StartAsync(HttpSetup.Http(one.Options, two.Options).With(BalancePolicy.RoundRobin));
        await using RequestLoad load = new(daemon.Uri("/name"), clients: 8);
        await load.ServesAsync(200);

        one.Kill();
        await load.ServesAsync(500);

        await load.StopAsync();
        Assert.Empty(load.Failures);
        Assert.True(daemon.Backend("n1").Counters.Connections > 0, "the killed backend had served nobody");
    }
}
