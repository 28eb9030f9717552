using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ApiLb.EndToEndTests.Kubernetes;

/// <summary>What kubeadm does through the controlPlaneEndpoint, which is the balancer, once the first apiserver serves.</summary>
internal sealed class KubeadmCluster(ControlPlaneHost first, Kubectl kubectl)
{
    // When its server was away, a reflector of client-go waits 30 s between two attempts in the end, doubled at worst by jitter.
    private static readonly TimeSpan SignedWithin = TimeSpan.FromMinutes(3);

    /// <summary>Stores the cluster's configuration. kubeadm writes the CRI socket on the Node object, which the kubelet would have made.</summary>
    public async Task UploadConfigAsync()
    {
        await kubectl.ApplyAsync(
            $"""
            apiVersion: v1
            kind: Node
            metadata:
              name: {first.Host.Name}
              labels:
                kubernetes.io/hostname: {first.Host.Name}
            """);
        await first.Kubeadm.InitPhaseAsync("upload-config", "all");
    }

    /// <summary>Makes a token, with which the controller manager signs the public cluster-info.</summary>
    public async Task AddBootstrapTokenAsync()
    {
        await first.Kubeadm.InitPhaseAsync("bootstrap-token");
        await Eventually.HoldsAsync("the controller manager has signed cluster-info with the token", SignedWithin, async () =>
        {
            var clusterInfo = await kubectl.RunAsync("get", "configmap", "cluster-info", "--namespace", "kube-public", "--output", "yaml");
            return clusterInfo.Contains("jws-kubeconfig-" + Kubeadm.Token.Split('.')[0], StringComparison.Ordinal) ? null : clusterInfo;
        });
    }

    /// <summary>Everything that a joining control-plane host downloads.</summary>
    public async Task WelcomeAsync()
    {
        await UploadConfigAsync();
        await first.Kubeadm.InitPhaseAsync("upload-certs", "--upload-certs");
        await AddBootstrapTokenAsync();
    }

    /// <summary>Discovers the cluster by its CA's hash, downloads its certificates and writes the manifests of a control-plane host.</summary>
    /// <param name="newcomer">kubeadm on a host that has nothing of a cluster yet.</param>
    /// <param name="name">Of the new node.</param>
    /// <param name="address">Where its apiserver shall be reached.</param>
    public Task<string> PrepareControlPlaneAsync(Kubeadm newcomer, string name, string address) => newcomer.RunAsync(
        "join", "phase", "control-plane-prepare", "all", Kubeadm.ControlPlaneEndpoint, "--control-plane", "--node-name", name,
        "--apiserver-advertise-address", address, "--certificate-key", Kubeadm.CertificateKey,
        "--discovery-token", Kubeadm.Token, "--discovery-token-ca-cert-hash", AuthorityHash());

    private string AuthorityHash()
    {
        using var authority = X509CertificateLoader.LoadCertificateFromFile(first.Pki + "/ca.crt");
        return "sha256:" + Convert.ToHexStringLower(SHA256.HashData(authority.PublicKey.ExportSubjectPublicKeyInfo()));
    }
}
