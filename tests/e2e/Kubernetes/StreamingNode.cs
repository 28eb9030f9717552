using System.Text.Json;
using ApiLb.EndToEndTests.Network;
using ApiLb.EndToEndTests.Processes;

namespace ApiLb.EndToEndTests.Kubernetes;

/// <summary>A node with one running pod, to which apiservers proxy exec, attach, port-forward and logs: lab/kubelet/main.go is its kubelet.</summary>
internal sealed class StreamingNode : IAsyncDisposable
{
    public const string Pod = "streams";

    private const string Account = "operator";

    private const string Running =
        """{"status":{"phase":"Running","containerStatuses":[{"name":"cat","ready":true,"restartCount":0,"image":"cat","imageID":"cat","state":{"running":{}}}]}}""";

    private static readonly LabHost Host = LabHost.ControlPlane1;

    private readonly Lab _lab;
    private readonly LabProcess _kubelet;

    private StreamingNode(Lab lab)
    {
        _lab = lab;
        _kubelet = lab.Start(
            Host, "stand-in-kubelet", [KubernetesBinaries.StandInKubelet, "-address", Host.Address.ToString(), "-client-ca-file", Path.Combine(Pki, "ca.crt")]);
    }

    /// <summary>What the kubelet has been asked for.</summary>
    public string Log => _kubelet.Log;

    private string Pki => _lab.Hosts[0].Pki;

    public static async Task<StreamingNode> JoinAsync(Lab lab)
    {
        var node = new StreamingNode(lab);
        try
        {
            await lab.Kubectl.ApplyAsync(Manifest);
            await node.AskAsync("PATCH", $"pods/{Pod}/status", "application/merge-patch+json", Running);
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>A token of an account that may do everything.</summary>
    public async Task<string> IssueTokenAsync()
    {
        var answer = await AskAsync("POST", $"serviceaccounts/{Account}/token", "application/json", """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{}}""");
        using var request = JsonDocument.Parse(answer);
        return request.RootElement.GetProperty("status").GetProperty("token").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        await _kubelet.DisposeAsync();
        await _lab.Kubectl.RunAsync("delete", "pod", Pod, "--grace-period=0", "--force", "--ignore-not-found");
        await _lab.Kubectl.RunAsync("delete", $"node/{Pod}", $"clusterrolebinding/{Account}", $"serviceaccount/{Account}", "--ignore-not-found");
    }

    // By hand: no kubectl changes a status, and few versions issue tokens.
    private Task<string> AskAsync(string method, string path, string contentType, string body) => Command.RunOnAsync(
        LabHost.Client,
        "curl",
        [
            "--silent", "--show-error", "--fail", "--max-time", "60", "--cacert", $"{Pki}/ca.crt", "--cert", $"{Pki}/apiserver-kubelet-client.crt",
            "--key", $"{Pki}/apiserver-kubelet-client.key", "--request", method, "--header", "Content-Type: " + contentType, "--data", body,
            $"https://{LabHost.Balancer1.ApiEndPoint}/api/v1/namespaces/default/{path}",
        ]);

    private static string Manifest =>
        $$"""
        apiVersion: v1
        kind: Node
        metadata: { name: {{Pod}} }
        status:
          addresses: [{ type: InternalIP, address: {{Host.Address}} }]
          daemonEndpoints: { kubeletEndpoint: { Port: 10250 } }
        ---
        apiVersion: v1
        kind: Pod
        metadata: { name: {{Pod}}, namespace: default }
        spec:
          nodeName: {{Pod}}
          automountServiceAccountToken: false
          containers: [{ name: cat, image: cat, stdin: true }]
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: { name: {{Account}}, namespace: default }
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRoleBinding
        metadata: { name: {{Account}} }
        roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin }
        subjects: [{ kind: ServiceAccount, name: {{Account}}, namespace: default }]

        """;
}
