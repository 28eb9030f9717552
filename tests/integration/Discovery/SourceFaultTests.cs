using System.Collections.Concurrent;
using System.Net;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Discovery;
using ApiLb.IntegrationTests.Probing;
using ApiLb.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ApiLb.IntegrationTests.Discovery;

/// <summary>A source that has told two members goes bad: the members stay, and events and counters say why.</summary>
public sealed class SourceFaultTests : IAsyncLifetime
{
    private readonly ClusterCa _ca = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("apilb-source-fault-");
    private readonly ConcurrentQueue<string> _applied = [];
    private ScriptedCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await ScriptedCluster.StartAsync(_ca, "kubernetes");

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _ca.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public Task EmptyList_ChangesNothingAndSaysWhy() =>
        FaultAsync(Answers(ScriptedCluster.Json(ScriptedCluster.ListOf())), DiscoveryResult.RefusedEmpty, "kubernetes misses 2 of 2 members at once");

    [Fact]
    public Task Garbage_ChangesNothingAndSaysWhy() =>
        FaultAsync(Answers(ScriptedCluster.Json("<html>")), DiscoveryResult.FailedMalformed, "kubernetes failed: the answer is not the JSON that was asked for");

    [Theory]
    [InlineData(410)]
    [InlineData(500)]
    public Task RefusedList_ChangesNothingAndSaysWhy(int status) =>
        FaultAsync(Answers(ScriptedCluster.Status(status, "boom")), DiscoveryResult.FailedStatus, $"kubernetes failed: status {status}: boom");

    [Fact]
    public Task Hang_ChangesNothingAndSaysWhy() =>
        FaultAsync(Answers(_cluster.HangAsync), DiscoveryResult.FailedTimeout, "kubernetes failed: no answer in time");

    [Fact]
    public async Task StrangersCertificate_ChangesNothingAndSaysWhy()
    {
        using ClusterCa stranger = new();
        await FaultAsync(
            async () =>
            {
                var port = _cluster.EndPoint.Port;
                await _cluster.DisposeAsync();
                _cluster = await ScriptedCluster.StartAsync(stranger, port, "kubernetes");
            },
            DiscoveryResult.FailedUntrusted,
            "is not one of the cluster's CA");
    }

    private static Func<string, bool> Says(string text) => e => e.Contains(text, StringComparison.Ordinal);

    private Func<Task> Answers(Func<Microsoft.AspNetCore.Http.HttpContext, Task> answer) => () =>
    {
        foreach (var path in (string[])[ScriptedCluster.SlicesV1, ScriptedCluster.SlicesBeta, ScriptedCluster.Endpoints])
        {
            _cluster.Lists[path] = answer;
        }

        return Task.CompletedTask;
    };

    /// <summary>The watch rings once the fault is there, so that the source is looked at again.</summary>
    private async Task FaultAsync(Func<Task> beginAsync, DiscoveryResult result, string why)
    {
        _cluster.Lists[ScriptedCluster.SlicesV1] = ScriptedCluster.Json(ScriptedCluster.ListOf(ScriptedCluster.Slice("10.0.0.1", "10.0.0.2")));
        var watch = _cluster.NextWatch();
        var pool = new BackendPool(await PoolAsync(), TimeProvider.System, NullLogger<BackendPool>.Instance);
        using EventLog events = new([pool], TimeProvider.System);
        DiscoveryService service = new(new ApiLbOptions { Listeners = [], Pools = [pool.Options] }, [pool], Apply, new FastTime(20), NullLoggerFactory.Instance);
        service.Told += events.OnDiscovery;
        using CancellationTokenSource stop = new();
        var running = service.RunAsync(stop.Token);
        await Eventually.HoldsAsync(() => !_applied.IsEmpty, () => "nothing was applied");

        await beginAsync();
        watch.Writer.TryWrite("""{"type":"DELETED","object":{"metadata":{"name":"kubernetes"}}}""");

        await Eventually.HoldsAsync(
            () => pool.Discovery!.Observations(0, result) > 0 && events.Events.Any(e => e.Kind == EventKind.Discovery && Says(why)(e.Text)),
            () => $"events: {string.Join("; ", events.Events.Select(e => e.Text))}");
        Assert.Equal(["seed 10.0.0.1:6443 10.0.0.2:6443"], _applied);
        await stop.CancelAsync();
        await running;
    }

    private void Apply(BackendPool pool, IReadOnlyList<BackendOptions> members) => _applied.Enqueue(string.Join(' ', members.Select(m => m.Name)));

    private async Task<PoolOptions> PoolAsync()
    {
        var token = Path.Combine(_folder.FullName, "token");
        await File.WriteAllTextAsync(token, "t");
        return new PoolOptions
        {
            Name = "cp",
            Backends = [new BackendOptions { Name = "seed", Address = new BackendAddress(IPAddress.Loopback.ToString(), _cluster.EndPoint.Port) }],
            Health = new HealthOptions { Type = HealthCheckType.Tcp },
            Discovery = new DiscoveryOptions { Kubernetes = new KubernetesDiscoveryOptions { TokenFile = token, CaFile = _ca.File } },
        };
    }
}
