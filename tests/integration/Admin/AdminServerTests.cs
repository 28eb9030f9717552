using System.Net;
using System.Text.Json;
using ApiLb.Admin;
using ApiLb.Backends;
using ApiLb.Health;
using ApiLb.Operators;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ApiLb.IntegrationTests.Admin;

public sealed class AdminServerTests
{
    [Fact]
    public async Task Status_TellsListenersPoolsAndBackends()
    {
        await using var host = await AdminHost.StartAsync();
        host.Live();
        using var client = host.NewClient();

        var json = JsonDocument.Parse(await client.GetStringAsync("/v1/status")).RootElement;

        Assert.Equal(Environment.ProcessId, json.GetProperty("pid").GetInt32());
        Assert.True(json.GetProperty("ready").GetBoolean());
        Assert.Equal(1, json.GetProperty("listeners")[0].GetProperty("active").GetInt64());
        var pool = json.GetProperty("pools")[0];
        Assert.Equal("least-connections", pool.GetProperty("balance").GetString());
        Assert.Equal(1, pool.GetProperty("ready").GetInt32());
        var dead = pool.GetProperty("backends")[1];
        Assert.Equal("dead", dead.GetProperty("status").GetString());
        Assert.Equal("refused", dead.GetProperty("cause").GetString());
        Assert.Equal("l4", dead.GetProperty("lastProbe").GetProperty("layer").GetString());
        Assert.InRange(dead.GetProperty("sinceSeconds").GetDouble(), 0, 60);
        Assert.InRange(TimeProvider.System.GetUtcNow() - dead.GetProperty("since").GetDateTimeOffset(), TimeSpan.FromSeconds(-1), TimeSpan.FromSeconds(60));
        Assert.Equal(JsonValueKind.Null, pool.GetProperty("backends")[2].GetProperty("lastProbe").ValueKind);
    }

    [Fact]
    public async Task Status_TellsWhatChecksLearntAndWarns()
    {
        await using var host = await AdminHost.StartAsync();
        CertificateFacts certificate = new(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1), "CN=kubernetes", true);
        host.Pool.Snapshot.Backends[1].Facts = new BackendFacts { Version = "v1.31.2", Certificate = certificate };
        using var client = host.NewClient();

        var pool = JsonDocument.Parse(await client.GetStringAsync("/v1/status")).RootElement.GetProperty("pools")[0];

        var facts = pool.GetProperty("backends")[1].GetProperty("facts");
        Assert.Equal("v1.31.2", facts.GetProperty("version").GetString());
        Assert.Equal("1970-01-02T00:00:00+00:00", facts.GetProperty("certificateNotAfter").GetString());
        Assert.Contains("cp2: its certificate has expired", pool.GetProperty("warnings")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Closes_AreListedByReason()
    {
        await using var host = await AdminHost.StartAsync();
        host.Listener.ConnectionAccepted();
        host.Listener.ConnectionClosed(CloseReason.BadHello);
        using var client = host.NewClient();

        var json = JsonDocument.Parse(await client.GetStringAsync("/v1/status")).RootElement;

        Assert.Equal("""{"bad_hello":1}""", json.GetProperty("listeners")[0].GetProperty("closes").GetRawText().Replace(" ", "").Replace("\n", ""));
    }

    [Theory]
    [InlineData(true, "/v1/status", HttpStatusCode.OK)]
    [InlineData(false, "/v1/status", HttpStatusCode.NotFound)]
    [InlineData(false, "/metrics", HttpStatusCode.OK)]
    [InlineData(true, "/metrics", HttpStatusCode.OK)]
    [InlineData(false, "/", HttpStatusCode.OK)]
    [InlineData(false, "/lb/healthz", HttpStatusCode.OK)]
    [InlineData(false, "/lb/readyz", HttpStatusCode.ServiceUnavailable)]
    [InlineData(false, "/lb", HttpStatusCode.NotFound)]
    [InlineData(false, "/metrics/", HttpStatusCode.NotFound)]
    [InlineData(false, "/Metrics", HttpStatusCode.NotFound)]
    public async Task Path_IsServedWhereItBelongs(bool overSocket, string path, HttpStatusCode expected)
    {
        await using var host = await AdminHost.StartAsync();
        using var client = host.NewClient(overSocket);

        Assert.Equal(expected, (await client.GetAsync(path)).StatusCode);
    }

    [Fact]
    public async Task Healthz_FollowsTheListenersAndNotTheBackends()
    {
        await using var host = await AdminHost.StartAsync();
        using var client = host.NewClient(overSocket: false);
        Assert.Equal("ok\n", await client.GetStringAsync("/lb/healthz"));

        host.CanAccept = false;

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.GetAsync("/lb/healthz")).StatusCode);
    }

    [Fact]
    public async Task Readyz_IsGreenWithTheFirstBackendAndRedFromTheShutdownOn()
    {
        await using var host = await AdminHost.StartAsync();
        using var client = host.NewClient(overSocket: false);
        Assert.Equal("no backend has been usable yet\n", await (await client.GetAsync("/lb/readyz")).Content.ReadAsStringAsync());

        host.Pass(0);
        Assert.Equal("ok\n", await client.GetStringAsync("/lb/readyz"));

        host.Server.BeginShutdown();
        Assert.Equal("shutting down\n", await (await client.GetAsync("/lb/readyz")).Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Readyz_IsGreenWhileThePoolFailsOpen()
    {
        await using var host = await AdminHost.StartAsync();
        using var client = host.NewClient(overSocket: false);

        host.Report(0, HealthEvidence.NotReady, HealthCause.Status, "HTTP 500: etcd failed", 500);

        Assert.Equal("ok\n", await client.GetStringAsync("/lb/readyz"));
    }

    [Fact]
    public async Task Head_HasTheLengthAndNoBody()
    {
        await using var host = await AdminHost.StartAsync();
        using var client = host.NewClient();

        using var answer = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/lb/healthz"));

        Assert.Equal(3, answer.Content.Headers.ContentLength);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task NothingConfigured_ListensNowhere()
    {
        using var metrics = new ApiLb.Telemetry.DaemonMetrics([], [], TimeProvider.System);
        using var operators = new OperatorDesk([], new OrderBook(null, NullLogger.Instance), TimeProvider.System, NullLogger<OperatorDesk>.Instance);
        var sources = new AdminSources { Pools = [], Listeners = [], Metrics = metrics, Events = new ApiLb.Telemetry.EventLog([], TimeProvider.System), Rebalances = [], Operators = operators, Kill = (_, _) => { }, CanAccept = () => true };
        await using var server = new AdminServer(
            new() { Socket = null, Listen = null }, sources, TimeProvider.System, NullLoggerFactory.Instance);

        await server.StartAsync(CancellationToken.None);

        Assert.Null(server.BoundEndPoint);
    }
}
