using ApiLb.IntegrationTests.Discovery;
using ApiLb.IntegrationTests.Probing;
using ApiLb.Kubernetes;
using ApiLb.Validation;
using ApiLb.Validation.Steps;
using Xunit;

namespace ApiLb.IntegrationTests.Validation;

/// <summary>The round trip of an object against a scripted API.</summary>
public sealed class WriteStepTests : IAsyncLifetime
{
    private const string Namespaces = "/api/v1/namespaces";
    private const string Space = Namespaces + "/apilb-validate-x";
    private const string Created = """{"type":"ADDED","object":{"metadata":{"name":"apilb-validate"}}}""";
    private const string Deleted = """{"type":"DELETED","object":{"metadata":{"name":"apilb-validate"}}}""";

    private readonly ClusterCa _ca = new();
    private ScriptedCluster _cluster = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await ScriptedCluster.StartAsync(_ca, "kubernetes");
        _cluster.Lists[Namespaces] = ScriptedCluster.Json("""{"metadata":{"name":"apilb-validate-x"}}""");
        _cluster.Lists[Space] = ScriptedCluster.Json("{}");
        _cluster.Lists[Space + "/configmaps"] = ScriptedCluster.Json(ScriptedCluster.ListOf());
        _cluster.Lists[Space + "/configmaps/apilb-validate"] = ScriptedCluster.Json("{}");
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _ca.Dispose();
    }

    [Fact]
    public async Task ObjectSeenByTheWatch_CompletesAndLeavesNothingBehind()
    {
        _cluster.NextWatch(Created, Deleted);

        var result = await RunAsync();

        Assert.Null(result.Failure);
        Assert.NotNull(result.DeleteSeenMilliseconds);
        Assert.Equal(Space, _cluster.Requests.Last());
    }

    [Fact]
    public async Task NoRightToMakeANamespace_IsSaid()
    {
        _cluster.Lists[Namespaces] = ScriptedCluster.Status(403, "no");

        Assert.Equal("status 403: no", (await RunAsync()).Failure);
    }

    [Fact]
    public async Task WatchThatEndsWithoutTheObject_IsSaidAndTheNamespaceDeleted()
    {
        _cluster.NextWatch().Writer.Complete();

        Assert.Equal("the watch did not see that apilb-validate was created", (await RunAsync()).Failure);
        Assert.Equal(Space, _cluster.Requests.Last());
    }

    [Fact]
    public async Task NamespaceThatCannotBeDeleted_IsNamedWithTheRemedy()
    {
        _cluster.NextWatch(Created, Deleted);
        _cluster.Lists[Space] = ScriptedCluster.Status(500, "etcd");

        Assert.EndsWith("kubectl delete namespace apilb-validate-x", (await RunAsync()).Failure, StringComparison.Ordinal);
    }

    private Task<WriteResult> RunAsync()
    {
        Kubeconfig credentials = new() { Server = new Uri("https://kubernetes"), Authority = _ca.Pem, Token = "t" };
        ValidationPlan plan = new() { Balancer = _cluster.EndPoint, ServerName = "kubernetes", Authority = _ca.Pem, Credentials = credentials };
        return new WriteStep(plan, TimeProvider.System).RunAsync(credentials, CancellationToken.None);
    }
}
