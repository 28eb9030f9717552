using ApiLb.EndToEndTests.Balancers;
using ApiLb.EndToEndTests.Network;
using ApiLb.EndToEndTests.Processes;
using Xunit;

namespace ApiLb.EndToEndTests;

/// <summary>An HTTP gateway in front of real apiservers: requests, a watch, an upgrade, at the root and below a path.</summary>
[Collection(LabCollection.Name)]
public sealed class HttpGatewayTests(LabFixture fixture) : IAsyncLifetime
{
    private const int Port = 8080;

    private static readonly string Address = $"http://{LabHost.Balancer2.Address}:{Port}";

    private LabProcess _gateway = null!;

    public async ValueTask InitializeAsync()
    {
        await fixture.Lab.RecoverAsync();
        var folder = fixture.Lab.RootOf(LabHost.Balancer2);
        var configuration = Path.Combine(folder, "gateway.yaml");
        await File.WriteAllTextAsync(configuration, Configuration(folder, fixture.Lab.Hosts[0].Pki));
        _gateway = fixture.Lab.Start(LabHost.Balancer2, "gateway", [ApiLbBalancer.Executable, "run", "--config", configuration]);
        await Eventually.HoldsAsync("the gateway answers for an apiserver", TimeSpan.FromSeconds(30), async () =>
        {
            _gateway.EnsureRunning();
            var answer = await AskAsync("/readyz");
            return answer.EndsWith("\n200", StringComparison.Ordinal) ? null : answer;
        });
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Theory]
    [InlineData("")]
    [InlineData("/cluster-a")]
    public async Task Kubectl_CreatesReadsAndWatches(string path)
    {
        var name = $"through-gateway{path.Replace('/', '-')}";
        var server = Address + path;
        var kubectl = fixture.Lab.Kubectl;
        await using var watch = kubectl.Start($"gateway-watch{path.Replace('/', '-')}", "get", "configmaps", "--watch", "--output", "name", "--server", server);

        await kubectl.RunAsync("create", "configmap", name, "--from-literal=answer=42", "--server", server);

        Assert.Equal("42", await kubectl.RunAsync("get", "configmap", name, "--output", "jsonpath={.data.answer}", "--server", server));
        await Eventually.HoldsAsync("the watch prints " + name, TimeSpan.FromSeconds(20), () =>
        {
            watch.EnsureRunning();
            return Task.FromResult(watch.Log.Contains("configmap/" + name, StringComparison.Ordinal) ? null : watch.Log);
        });
    }

    [Fact]
    public async Task WatchOverAWebSocket_IsUpgraded()
    {
        // The server ends the watch itself after a second, so that curl ends too.
        var answer = await Command.RunOnAsync(
            LabHost.Client,
            "curl",
            [
                "--silent", "--include", "--no-buffer", "--http1.1", "--max-time", "10", "--header", "Connection: Upgrade", "--header", "Upgrade: websocket",
                "--header", "Sec-WebSocket-Version: 13", "--header", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "--header", $"Origin: {Address}",
                $"{Address}/cluster-a/api/v1/namespaces?watch=1&timeoutSeconds=1",
            ]);

        Assert.StartsWith("HTTP/1.1 101 Switching Protocols", answer, StringComparison.Ordinal);
        Assert.Contains("kube-system", answer, StringComparison.Ordinal);
    }

    private static Task<string> AskAsync(string path) => Command.RunOnAsync(
        LabHost.Client, "sh", ["-c", $"curl --silent --max-time 5 --write-out '\\n%{{http_code}}' {Address}{path} || true"]);

    // The apiserver's own client certificate is an administrator's: whoever reaches the gateway is one, which suits a test only.
    private static string Configuration(string folder, string pki) =>
        $$"""
        listeners:
          gateway:
            bind: "*:{{Port}}"
            protocol: http
            pool: control-plane
            routes:
              - { path: /cluster-a, stripPath: true, pool: control-plane }
        pools:
          control-plane:
            backends: [{{string.Join(", ", LabHost.ControlPlane.Select(host => $"\"{host.Name}={host.ApiEndPoint}\""))}}]
            health: { type: kube-apiserver, caFile: {{pki}}/ca.crt }
            upstream: { clientCertificateFile: {{pki}}/apiserver-kubelet-client.crt, clientKeyFile: {{pki}}/apiserver-kubelet-client.key }
        stateDirectory: none
        admin: { socket: {{folder}}/gateway.sock, listen: 127.0.0.1:8405 }

        """;
}
