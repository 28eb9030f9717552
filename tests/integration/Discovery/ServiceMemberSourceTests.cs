using ApiLb.Configuration;
using ApiLb.Discovery;
using ApiLb.IntegrationTests.Probing;
using Xunit;

namespace ApiLb.IntegrationTests.Discovery;

/// <summary>What the source asks a cluster about its Services, and when it looks again.</summary>
public sealed class ServiceMemberSourceTests : IAsyncLifetime
{
    private const string Slices = "/apis/discovery.k8s.io/v1/namespaces/web/endpointslices";
    private const string SlicesBeta = "/apis/discovery.k8s.io/v1beta1/namespaces/web/endpointslices";
    private const string Endpoints = "/api/v1/namespaces/web/endpoints";
    private const string Services = "/api/v1/namespaces/web/services";
    private const string OneSlice = """{"metadata":{"name":"shop-x7"},"endpoints":[{"addresses":["10.0.0.1"]}],"ports":[{"name":"https","port":8443}]}""";
    private const string TheService = """{"metadata":{"name":"shop"},"spec":{"ports":[{"name":"https","port":443,"nodePort":30443}]}}""";
    private const string OneNode =
        """{"metadata":{"name":"w1"},"status":{"addresses":[{"type":"InternalIP","address":"10.0.0.7"}],"conditions":[{"type":"Ready","status":"True"}]}}""";

    private readonly ClusterCa _ca = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("apilb-service-");
    private ScriptedCluster _cluster = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await ScriptedCluster.StartAsync(_ca, "kubernetes");
        await File.WriteAllTextAsync(TokenFile, "token");
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _ca.Dispose();
        _folder.Delete(recursive: true);
    }

    private string TokenFile => Path.Combine(_folder.FullName, "token");

    [Fact]
    public async Task Slices_AreThoseOfTheServiceAndOfNobodyElse()
    {
        Answer(Slices, OneSlice);

        Assert.Equal("10.0.0.1:8443", await LookAsync(Options));
        Assert.Equal(Slices + "?labelSelector=kubernetes.io%2Fservice-name%3Dshop&limit=100", Assert.Single(_cluster.Requests));
    }

    [Fact]
    public async Task ClusterWithoutV1_IsAskedForTheBeta()
    {
        Answer(SlicesBeta, OneSlice);

        Assert.Equal("10.0.0.1:8443", await LookAsync(Options));
    }

    [Fact]
    public async Task ClusterWithoutSlices_IsAskedForEndpoints()
    {
        Answer(Slices);
        Answer(Endpoints, """{"metadata":{"name":"shop"},"subsets":[{"addresses":[{"ip":"10.0.0.1"}],"ports":[{"name":"https","port":8443}]}]}""");

        Assert.Equal("10.0.0.1:8443", await LookAsync(Options));
    }

    [Fact]
    public async Task PortNumber_IsLookedUpInTheService()
    {
        Answer(Services, TheService);
        Answer(Slices, OneSlice);

        Assert.Equal("10.0.0.1:8443", await LookAsync(Options with { ServicePort = "443" }));
        Assert.Contains("fieldSelector=metadata.name%3Dshop", _cluster.Requests.First(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NodePortOfAService_IsThatOfEveryNode()
    {
        Answer(Services, TheService);
        Answer(ScriptedCluster.Nodes, OneNode);

        Assert.Equal("10.0.0.7:30443", await LookAsync(Options with { Source = ClusterSource.NodePort }));
        Assert.Contains("labelSelector=%21node.kubernetes.io%2Fexclude-from-external-load-balancers&", _cluster.Requests.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NodePortAsNumber_NeedsNodesOnly()
    {
        Answer(ScriptedCluster.Nodes, OneNode);

        Assert.Equal("10.0.0.7:30080", await LookAsync(Options with { Source = ClusterSource.NodePort, Service = null, NodePort = 30080, NodeSelector = "edge=yes" }));
        Assert.Equal(ScriptedCluster.Nodes + "?labelSelector=edge%3Dyes&limit=100", Assert.Single(_cluster.Requests));
    }

    [Fact]
    public async Task PortThatTheServiceDoesNotHave_IsAFailureThatNamesThoseItHas()
    {
        Answer(Slices, OneSlice);

        Assert.Equal("FailedConfiguration: service web/shop has no port http, but https", await LookAsync(Options with { ServicePort = "http" }));
    }

    [Fact]
    public async Task Kubeconfig_SaysWhomToAsk()
    {
        Answer(Slices, OneSlice);
        _ca.WriteTo(Path.Combine(_folder.FullName, "ca.crt"));
        var path = Path.Combine(_folder.FullName, "kubeconfig");
        await File.WriteAllTextAsync(
            path,
            $$"""
            current-context: c
            clusters: [{ name: c, cluster: { server: "https://{{_cluster.EndPoint}}", certificate-authority: ca.crt } }]
            users: [{ name: c, user: { token: t } }]
            contexts: [{ name: c, context: { cluster: c, user: c } }]
            """);

        Assert.Equal("10.0.0.1:8443", await LookAsync(new() { Kubeconfig = path, Source = ClusterSource.Service, Service = "web/shop" }));
    }

    [Theory]
    [InlineData(Services, """{"type":"MODIFIED","object":{"metadata":{"name":"shop"},"spec":{"ports":[{"name":"https","port":443,"nodePort":30444}]}}}""")]
    [InlineData(ScriptedCluster.Nodes, """{"type":"MODIFIED","object":{"metadata":{"name":"w1"},"status":{"conditions":[{"type":"Ready","status":"Unknown"}]}}}""")]
    public async Task ChangeOfEither_EndsTheWaiting(string path, string change)
    {
        Answer(Services, TheService);
        Answer(ScriptedCluster.Nodes, OneNode);
        using var source = NewSource(Options with { Source = ClusterSource.NodePort });
        Assert.Equal("10.0.0.7:30443", Told(await source.LookAsync(CancellationToken.None)));
        var watch = _cluster.NextWatchOf(path);
        var waiting = source.WaitForChangeAsync(CancellationToken.None);
        await Eventually.HoldsAsync(() => _cluster.Requests.Count(r => r.Contains("watch=1", StringComparison.Ordinal)) == 2, () => string.Join('\n', _cluster.Requests));
        Assert.False(waiting.IsCompleted);

        watch.Writer.TryWrite(change);

        Assert.Null(await waiting.WaitAsync(TimeSpan.FromSeconds(15)));
    }

    private KubernetesDiscoveryOptions Options => new()
    {
        TokenFile = TokenFile,
        CaFile = _ca.File,
        ApiServers = [new BackendAddress(_cluster.EndPoint.Address.ToString(), _cluster.EndPoint.Port)],
        Source = ClusterSource.Service,
        Service = "web/shop",
        ServicePort = "https",
    };

    private void Answer(string path, params string[] items) => _cluster.Lists[path] = ScriptedCluster.Json(ScriptedCluster.ListOf(items));

    private static KubernetesMemberSource NewSource(KubernetesDiscoveryOptions options) =>
        new(options, () => throw new InvalidOperationException("the members are no apiservers"), TimeProvider.System);

    private static async Task<string> LookAsync(KubernetesDiscoveryOptions options)
    {
        using var source = NewSource(options);
        return Told(await source.LookAsync(CancellationToken.None));
    }

    private static string Told(DiscoveredMembers found) =>
        found.TryGet(out var members, out var failure) ? string.Join(' ', members.Select(m => m.Address)) : $"{failure.Result}: {failure.Reason}";
}
