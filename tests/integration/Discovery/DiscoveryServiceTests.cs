using System.Collections.Concurrent;
using System.Net;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Discovery;
using ApiLb.IntegrationTests.Probing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ApiLb.IntegrationTests.Discovery;

/// <summary>The whole of discovery for one pool whose one server of the file is a scripted API.</summary>
public sealed class DiscoveryServiceTests : IDisposable
{
    private readonly ClusterCa _ca = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("apilb-discovery-");
    private readonly ConcurrentQueue<string> _applied = [];

    public void Dispose()
    {
        _ca.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task EventOfAWatch_ChangesTheMembers()
    {
        await using var cluster = await ScriptedCluster.StartAsync(_ca, "kubernetes");
        SlicesAre(cluster, "10.0.0.1");
        var watch = cluster.NextWatch();
        await using var running = Run(cluster.EndPoint);
        await AppliedAsync("10.0.0.1:6443");

        SlicesAre(cluster, "10.0.0.1", "10.0.0.2");
        watch.Writer.TryWrite($$"""{"type":"MODIFIED","object":{{ScriptedCluster.Slice("10.0.0.1", "10.0.0.2")}}}""");

        await AppliedAsync("10.0.0.1:6443 10.0.0.2:6443");
    }

    [Fact]
    public async Task RestartWhileNobodyAnswers_BeginsWithTheLastGoodMembers()
    {
        var cluster = await ScriptedCluster.StartAsync(_ca, "kubernetes");
        await using (cluster)
        {
            SlicesAre(cluster, "10.0.0.1", "10.0.0.2");
            await using var before = Run(cluster.EndPoint);
            await AppliedAsync("10.0.0.1:6443 10.0.0.2:6443");
            await Eventually.HoldsAsync(() => File.Exists(Path.Combine(_folder.FullName, "members-cp.json")), () => "no file");
        }

        _applied.Clear();
        await using var after = Run(cluster.EndPoint);

        await AppliedAsync("10.0.0.1:6443 10.0.0.2:6443");
    }

    [Fact]
    public async Task WatchThatIsNotAllowed_StillLeavesTheList()
    {
        await using var cluster = await ScriptedCluster.StartAsync(_ca, "kubernetes");
        SlicesAre(cluster, "10.0.0.1");
        for (var i = 0; i < 3; i++)
        {
            cluster.NextWatch("""{"type":"ERROR","object":{"code":403}}""");
        }

        await using var running = Run(cluster.EndPoint, new FastTime(20));
        await AppliedAsync("10.0.0.1:6443");
        SlicesAre(cluster, "10.0.0.1", "10.0.0.2");

        await AppliedAsync("10.0.0.1:6443 10.0.0.2:6443");
    }

    private static void SlicesAre(ScriptedCluster cluster, params string[] addresses) =>
        cluster.Lists[ScriptedCluster.SlicesV1] = ScriptedCluster.Json(ScriptedCluster.ListOf(ScriptedCluster.Slice(addresses)));

    private Task AppliedAsync(string expected) =>
        Eventually.HoldsAsync(() => _applied.LastOrDefault() == "seed " + expected, () => $"applied: {string.Join(", then ", _applied)}");

    private RunningDiscovery Run(IPEndPoint seed, TimeProvider? time = null)
    {
        var token = Path.Combine(_folder.FullName, "token");
        File.WriteAllText(token, "t");
        var pool = new PoolOptions
        {
            Name = "cp",
            Backends = [new BackendOptions { Name = "seed", Address = new BackendAddress(seed.Address.ToString(), seed.Port) }],
            Health = new HealthOptions { Type = HealthCheckType.Tcp },
            Discovery = new DiscoveryOptions { Kubernetes = new KubernetesDiscoveryOptions { TokenFile = token, CaFile = _ca.File } },
        };
        var options = new ApiLbOptions { Listeners = [], Pools = [pool], StateDirectory = _folder.FullName };
        BackendPool[] pools = [new BackendPool(pool, TimeProvider.System, NullLogger<BackendPool>.Instance)];
        DiscoveryService service = new(
            options, pools, (_, members) => _applied.Enqueue(string.Join(' ', members.Select(m => m.Name))), time ?? TimeProvider.System, NullLoggerFactory.Instance);
        return new RunningDiscovery(service);
    }

    private sealed class RunningDiscovery : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _running;

        public RunningDiscovery(DiscoveryService service) => _running = service.RunAsync(_stop.Token);

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running;
            _stop.Dispose();
        }
    }
}
