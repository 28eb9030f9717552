using System.Text;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ApiLb.UnitTests.Telemetry;

public sealed class DaemonMetricsTests : IDisposable
{
    private readonly FakeTime _time = new();
    private readonly ListenerCounters _listener = new("kube-apiserver");
    private readonly BackendPool _pool;
    private readonly DaemonMetrics _metrics;

    public DaemonMetricsTests()
    {
        _pool = Observed.Pool(_time, "cp1", "cp2");
        _metrics = new DaemonMetrics([_pool], [_listener], _time);
    }

    public void Dispose() => _metrics.Dispose();

    [Fact]
    public async Task State_IsOneForTheCurrentAndZeroForTheOthers()
    {
        _pool.Refuse(0);

        var text = await ScrapeAsync();

        Assert.Contains("""apilb_backend_state{backend="cp1",pool="control-plane",state="dead"} 1""", text, StringComparison.Ordinal);
        Assert.Contains("""apilb_backend_state{backend="cp1",pool="control-plane",state="ready"} 0""", text, StringComparison.Ordinal);
        Assert.Contains("""apilb_backend_state{backend="cp2",pool="control-plane",state="unknown"} 1""", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Flip_IsCountedWithItsCauseAndNotRepeated()
    {
        _pool.Refuse(0);
        _pool.Refuse(0);

        var text = await ScrapeAsync();

        Assert.Contains("""apilb_backend_state_changes_total{backend="cp1",cause="refused",pool="control-plane",to="dead"} 1""", text, StringComparison.Ordinal);
        Assert.Contains("""apilb_backend_check_results_total{backend="cp1",layer="l4",pool="control-plane",result="refused"} 2""", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NobodyReady_ShowsInThePool()
    {
        _pool.Pass(0);
        Assert.Contains("""apilb_pool_fail_open{pool="control-plane"} 0""", await ScrapeAsync(), StringComparison.Ordinal);

        _pool.Redden(0);
        _pool.Redden(1);

        var text = await ScrapeAsync();
        Assert.Contains("""apilb_pool_fail_open{pool="control-plane"} 1""", text, StringComparison.Ordinal);
        Assert.Contains("""apilb_pool_ready_backends{pool="control-plane"} 0""", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClientsTurnedAway_AreSummedOverTheirReasons()
    {
        foreach (var reason in (CloseReason[])[CloseReason.NoBackend, CloseReason.Refused, CloseReason.ConnectTimeout, CloseReason.ClientEof])
        {
            _listener.ConnectionAccepted();
            _listener.ConnectionClosed(reason);
        }

        var text = await ScrapeAsync();

        Assert.Contains("""apilb_no_backend_total{listener="kube-apiserver"} 3""", text, StringComparison.Ordinal);
        Assert.Contains("""apilb_listener_connections_total{listener="kube-apiserver",result="client_eof"} 1""", text, StringComparison.Ordinal);
        Assert.Contains("""apilb_listener_accepts_total{listener="kube-apiserver"} 4""", text, StringComparison.Ordinal);
        Assert.Contains("""apilb_listener_connections{listener="kube-apiserver"} 0""", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TwoDaemonsInOneProcess_DoNotMix()
    {
        using var other = new DaemonMetrics([Observed.Pool("elsewhere", _time, "x")], [], _time);

        Assert.DoesNotContain("elsewhere", await ScrapeAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConcurrentScrapes_AreEachComplete()
    {
        var texts = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(ScrapeAsync)));

        Assert.All(texts, t => Assert.Equal(1, t.Split("# TYPE apilb_build_info gauge").Length - 1));
    }

    [Fact]
    public async Task PoolThatDiscoversItsMembers_LosesNoSeries()
    {
        var options = _pool.Options with { Backends = [], Discovery = new DiscoveryOptions { Dns = new DnsDiscoveryOptions { Name = "cp.example.com" } } };
        BackendPool pool = new(options, _time, NullLogger<BackendPool>.Instance);
        using DaemonMetrics metrics = new([pool], [_listener], _time);
        pool.SetMembers([.. Enumerable.Range(1, 16).Select(i => new BackendOptions { Name = $"cp{i}", Address = new BackendAddress($"10.0.1.{i}", 6443) })]);
        foreach (var index in Enumerable.Range(0, 16))
        {
            pool.Pass(index);
            pool.Refuse(index);
        }

        var text = Encoding.UTF8.GetString(await metrics.ScrapeAsync(CancellationToken.None));

        Assert.DoesNotContain("overflow", text, StringComparison.Ordinal);
        Assert.Equal(16, text.Split('\n').Count(l => l.StartsWith("apilb_backend_state{", StringComparison.Ordinal) && l.Contains("state=\"dead\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task LargePool_LosesNoSeries()
    {
        var names = Enumerable.Range(0, 500).Select(i => $"b{i}").ToArray();
        using var metrics = new DaemonMetrics([Observed.Pool(_time, names)], [], _time);

        var text = Encoding.UTF8.GetString(await metrics.ScrapeAsync(CancellationToken.None));

        Assert.DoesNotContain("overflow", text, StringComparison.Ordinal);
        Assert.Equal(500 * Enum.GetValues<CloseReason>().Length, text.Split("\napilb_backend_closes_total{").Length - 1);
    }

    [Fact]
    public async Task MembersThatComeAndGo_HaveSeriesWhileTheyAreThere()
    {
        _pool.Refuse(0);
        Assert.Contains("apilb_backend_check_results_total{backend=\"cp1\"", await ScrapeAsync(), StringComparison.Ordinal);

        _pool.SetMembers([_pool.At(1).Options, .. Enumerable.Range(0, 100).Select(i => new BackendOptions { Name = $"new{i}", Address = new BackendAddress("10.0.1.1", 1000 + i) })]);

        var text = await ScrapeAsync();
        Assert.DoesNotContain("\"cp1\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("overflow", text, StringComparison.Ordinal);
        Assert.Equal(101, text.Split("\napilb_backend_connections{").Length - 1);
    }

    [Fact]
    public async Task Disposed_NoLongerListensToThePool()
    {
        _metrics.Dispose();

        _pool.Refuse(0);

        await Assert.ThrowsAnyAsync<Exception>(ScrapeAsync);
    }

    private async Task<string> ScrapeAsync() => Encoding.UTF8.GetString(await _metrics.ScrapeAsync(CancellationToken.None));
}
