using ApiLb.EndToEndTests.Kubernetes;
using ApiLb.EndToEndTests.Network;
using ApiLb.EndToEndTests.Processes;

namespace ApiLb.EndToEndTests.Balancers;

/// <summary>An `https` listener in front of the apiservers, at the root and below a path, and a kubectl that comes through it with a token.</summary>
internal sealed class ApiServerFront : IAsyncDisposable
{
    private readonly LabProcess _apilb;

    private ApiServerFront(LabProcess apilb, Kubectl kubectl)
    {
        _apilb = apilb;
        Kubectl = kubectl;
    }

    public static string Address { get; } = $"https://{LabHost.Balancer2.ApiEndPoint}";

    public Kubectl Kubectl { get; }

    /// <summary>What ApiLb has logged, each request among it.</summary>
    public string Log => _apilb.Log;

    /// <summary>Returns when an apiserver has answered through it.</summary>
    public static async Task<ApiServerFront> StartAsync(Lab lab, string token)
    {
        var (folder, pki) = (lab.RootOf(LabHost.Balancer2), lab.Hosts[0].Pki);
        var (configuration, kubeconfig) = (Path.Combine(folder, "front.yaml"), Path.Combine(folder, "front.conf"));
        await File.WriteAllTextAsync(configuration, Configuration(folder, pki));
        await File.WriteAllTextAsync(kubeconfig, Kubeconfig(pki, token));
        var front = new ApiServerFront(lab.Start(LabHost.Balancer2, "front", [ApiLbBalancer.Executable, "run", "--config", configuration]), lab.KubectlWith(kubeconfig));
        try
        {
            await front.AnswersAsync();
            return front;
        }
        catch
        {
            await front.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _apilb.DisposeAsync();

    private Task AnswersAsync() => Eventually.HoldsAsync("the front answers for an apiserver", TimeSpan.FromSeconds(60), async () =>
    {
        _apilb.EnsureRunning();
        var answer = await Command.RunOnAsync(
            LabHost.Client, "sh", ["-c", $"curl --silent --insecure --max-time 5 --write-out '\\n%{{http_code}}' {Address}/readyz || true"]);
        return answer.EndsWith("\n200", StringComparison.Ordinal) ? null : answer;
    });

    // The certificate of an apiserver names the balancers too.
    private static string Configuration(string folder, string pki) =>
        $$"""
        listeners:
          front:
            bind: "*:{{LabHost.ApiPort}}"
            protocol: https
            tls: { certificateFile: {{pki}}/apiserver.crt, keyFile: {{pki}}/apiserver.key }
            logRequests: all
            pool: control-plane
            routes:
              - { path: /cluster-a, stripPath: true, pool: control-plane }
        pools:
          control-plane:
            backends: [{{string.Join(", ", LabHost.ControlPlane.Select(host => $"\"{host.Name}={host.ApiEndPoint}\""))}}]
            health: { type: kube-apiserver, caFile: {{pki}}/ca.crt }
        stateDirectory: none
        admin: { socket: {{folder}}/front.sock, listen: 127.0.0.1:8406 }

        """;

    private static string Kubeconfig(string pki, string token) =>
        $$"""
        apiVersion: v1
        kind: Config
        current-context: front
        clusters: [{ name: front, cluster: { server: "{{Address}}", certificate-authority: {{pki}}/ca.crt } }]
        users: [{ name: front, user: { token: {{token}} } }]
        contexts: [{ name: front, context: { cluster: front, user: front } }]

        """;
}
