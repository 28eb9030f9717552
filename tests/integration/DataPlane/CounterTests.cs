using ApiLb.Backends;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.DataPlane;

/// <summary>What /metrics says is what happened.</summary>
public sealed class CounterTests : IAsyncDisposable
{
    private const string OfListener = $"listener=\"{Setup.Listener}\"";
    private const string OfBackend = $"pool=\"{Setup.Pool}\",backend=\"cp1\"";

    private readonly NamedBackend _cp1 = new("cp1");

    public ValueTask DisposeAsync() => _cp1.DisposeAsync();

    [Fact]
    public async Task ServedConnections_AreCountedOnceByTheirEnd()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_cp1.Options));
        await daemon.ServersOfAsync(3);
        var leaving = await daemon.ConnectAsync();
        await leaving.WhoAsync();
        leaving.Reset();
        await daemon.ClosesReachAsync(CloseReason.ClientEof, 3);
        await daemon.ClosesReachAsync(CloseReason.ClientReset, 1);

        Assert.Equal(4, await daemon.MetricAsync($"apilb_listener_accepts_total{{{OfListener}}}"));
        Assert.Equal(3, await daemon.MetricAsync($"apilb_listener_connections_total{{{OfListener},result=\"client_eof\"}}"));
        Assert.Equal(1, await daemon.MetricAsync($"apilb_listener_connections_total{{{OfListener},result=\"client_reset\"}}"));
        Assert.Equal(4, await daemon.MetricAsync($"apilb_backend_connections_total{{{OfBackend}}}"));
        Assert.Equal(3, await daemon.MetricAsync($"apilb_backend_closes_total{{{OfBackend},reason=\"client_eof\"}}"));
        Assert.Equal(4, await daemon.MetricAsync($"apilb_backend_connect_duration_seconds_count{{{OfBackend}}}"));
        Assert.Equal(4, await daemon.MetricAsync($"apilb_backend_connection_duration_seconds_count{{{OfBackend}}}"));
    }

    [Fact]
    public async Task OpenConnections_AreGauged()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_cp1.Options));
        using var one = await daemon.ConnectAsync();
        using var two = await daemon.ConnectAsync();
        await one.WhoAsync();
        await two.WhoAsync();

        Assert.Equal(2, await daemon.MetricAsync($"apilb_listener_connections{{{OfListener}}}"));
        Assert.Equal(2, await daemon.MetricAsync($"apilb_backend_connections{{{OfBackend}}}"));

        one.Dispose();
        await Eventually.HoldsAsync(() => daemon.Counters.Active == 1, () => $"{daemon.Counters.Active} open");
        Assert.Equal(1, await daemon.MetricAsync($"apilb_backend_connections{{{OfBackend}}}"));
    }

    [Fact]
    public async Task Bytes_AreCountedWhileTheyFlow()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_cp1.Options));
        using var client = await daemon.ConnectAsync();
        var question = new string('x', 100_000);

        var answer = await client.AskAsync(question);

        var bytes = daemon.Backend("cp1").Counters;
        await Eventually.HoldsAsync(() => bytes.BytesToClient == answer.Length + 1, () => $"{bytes.BytesToClient} to the client");
        Assert.Equal(question.Length + 1, await daemon.MetricAsync($"apilb_backend_bytes_total{{{OfBackend},direction=\"to_backend\"}}"));
        Assert.Equal(answer.Length + 1, await daemon.MetricAsync($"apilb_backend_bytes_total{{{OfBackend},direction=\"to_client\"}}"));
    }

    [Fact]
    public async Task TlsBytes_IncludeTheHello()
    {
        using ClusterCa ca = new();
        await using TlsBackend tls = new("cp1", ca);
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tls(tls.Options));
        await using (await TlsClient.ConnectAsync(daemon.EndPoint, ca))
        {
        }

        await Eventually.HoldsAsync(() => daemon.Counters.Active == 0, () => $"{daemon.Counters.Active} open");

        // A TLS 1.3 client sends its hello of at least 200 bytes, its Finished and its close.
        Assert.InRange(daemon.Backend("cp1").Counters.BytesToBackend, 250, 5000);
        Assert.Equal(1, await daemon.MetricAsync($"apilb_backend_first_byte_duration_seconds_count{{{OfBackend}}}"));
    }

    [Fact]
    public async Task StateAndReadiness_AreShown()
    {
        await using var daemon = await RunningDaemon.StartAsync(Setup.Tcp(_cp1.Options));

        Assert.Equal(1, await daemon.MetricAsync($"apilb_pool_ready_backends{{pool=\"{Setup.Pool}\"}}"));
        Assert.Equal(1, await daemon.MetricAsync($"apilb_backend_state{{{OfBackend},state=\"ready\"}}"));
        Assert.Equal(0, await daemon.MetricAsync($"apilb_backend_state{{{OfBackend},state=\"dead\"}}"));
        Assert.Equal("1/1 backends ready, 0 connections", daemon.Daemon.Summary());
    }
}
