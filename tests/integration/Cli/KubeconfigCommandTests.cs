using ApiLb.IntegrationTests.Discovery;
using ApiLb.IntegrationTests.Operators;
using ApiLb.IntegrationTests.Probing;
using ApiLb.Kubernetes;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace ApiLb.IntegrationTests.Cli;

/// <summary><c>apilb kubeconfig</c> against servers that issue tokens, and against those that only keep them in Secrets (before 1.20).</summary>
public sealed class KubeconfigCommandTests : IAsyncLifetime
{
    private const string TokenPath = "/api/v1/namespaces/kube-system/serviceaccounts/apilb/token";
    private const string SecretPath = "/api/v1/namespaces/kube-system/secrets/apilb-token";

    private readonly ClusterCa _ca = new();
    private ScriptedCluster _cluster = null!;

    private string Output => _ca.PathOf("kubeconfig");

    public async ValueTask InitializeAsync()
    {
        _cluster = await ScriptedCluster.StartAsync(_ca, "127.0.0.1");
        foreach (var manifest in await Manifest.LoadAsync("rbac.yaml"))
        {
            _cluster.Lists[manifest.Path] = ScriptedCluster.Json("{}");
        }

        await File.WriteAllTextAsync(
            _ca.PathOf("admin.conf"),
            $$"""
            current-context: c
            clusters: [{ name: c, cluster: { server: "https://{{_cluster.EndPoint}}", certificate-authority: {{_ca.File}} } }]
            users: [{ name: c, user: { token: admin } }]
            contexts: [{ name: c, context: { cluster: c, user: c } }]
            """);
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _ca.Dispose();
    }

    [Fact]
    public async Task IssuedToken_StandsInTheKubeconfig()
    {
        _cluster.Lists[TokenPath] = ScriptedCluster.Json("""{"status":{"token":"issued","expirationTimestamp":"2030-01-02T03:04:05Z"}}""");

        var (code, output) = await RunAsync();

        Assert.True(code == 0, output);
        Assert.Contains("valid until 2030-01-02 03:04 UTC", output, StringComparison.Ordinal);
        Assert.Equal("issued", await WrittenTokenAsync());
    }

    [Fact]
    public async Task ServerThatIssuesNone_FillsASecretAfterAWhile()
    {
        var looks = 0;
        _cluster.Lists[SecretPath] = context => ScriptedCluster.Json(
            HttpMethods.IsPatch(context.Request.Method) || Interlocked.Increment(ref looks) == 1 ? "{}" : """{"data":{"token":"bGFzdGluZw=="}}""")(context);

        var (code, output) = await RunAsync();

        Assert.True(code == 0, output);
        Assert.Contains("valid until revoked", output, StringComparison.Ordinal);
        Assert.Equal("lasting", await WrittenTokenAsync());
        Assert.Equal(2, looks);
    }

    [Theory]
    [InlineData(403, "no token for kube-system/apilb: status 403")]
    [InlineData(500, "no token for kube-system/apilb: status 500")]
    public async Task SecretThatMayNotBeMade_IsSaid(int status, string message)
    {
        _cluster.Lists[SecretPath] = ScriptedCluster.Status(status);

        var (code, output) = await RunAsync();

        Assert.Equal(1, code);
        Assert.Contains(message, output, StringComparison.Ordinal);
        Assert.False(File.Exists(Output));
    }

    [Fact]
    public async Task SecretWithAToken_ThatIsNoBase64_IsSaid()
    {
        _cluster.Lists[SecretPath] = ScriptedCluster.Json("""{"data":{"token":"?"}}""");

        var (code, output) = await RunAsync();

        Assert.Equal(1, code);
        Assert.Contains("is not base64", output, StringComparison.Ordinal);
    }

    private Task<(int ExitCode, string Said)> RunAsync() => ApilbCommand.SayAsync("kubeconfig", "--admin", _ca.PathOf("admin.conf"), "--out", Output);

    private async Task<string?> WrittenTokenAsync() =>
        (await KubeconfigFile.LoadAsync(Output, CancellationToken.None)).TryGet(out var written, out var failure) ? written.Token : failure.Detail;
}
