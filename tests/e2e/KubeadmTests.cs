using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ApiLb.EndToEndTests.Kubernetes;
using Xunit;

namespace ApiLb.EndToEndTests;

/// <summary>The phases of kubeadm that talk to the controlPlaneEndpoint, which is the balancer.</summary>
[Collection(LabCollection.Name)]
public sealed class KubeadmTests(LabFixture fixture) : IAsyncLifetime
{
    /// <summary>Another class may have left apiservers stopped, or the controller manager without its lease.</summary>
    public ValueTask InitializeAsync() => new(fixture.Lab.RecoverAsync());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task UploadConfig_StoresTheClusterConfiguration()
    {
        await UploadConfigAsync();

        var stored = await fixture.Lab.Kubectl.RunAsync("get", "configmap", "kubeadm-config", "--namespace", "kube-system", "--output", "yaml");
        Assert.Contains("controlPlaneEndpoint: " + Kubeadm.ControlPlaneEndpoint, stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BootstrapToken_GetsClusterInfoSigned()
    {
        await First.Kubeadm.InitPhaseAsync("bootstrap-token");

        await ClusterInfoIsSignedAsync();
    }

    [Fact]
    public async Task JoiningControlPlaneHost_DiscoversTheClusterByItsCaHashAndPreparesItself()
    {
        await UploadConfigAsync();
        await First.Kubeadm.InitPhaseAsync("upload-certs", "--upload-certs");
        await First.Kubeadm.InitPhaseAsync("bootstrap-token");
        await ClusterInfoIsSignedAsync();
        var (newcomer, root) = fixture.Lab.NewHost();

        await newcomer.RunAsync(
            "join", "phase", "control-plane-prepare", "all", Kubeadm.ControlPlaneEndpoint, "--control-plane", "--node-name", "cp4",
            "--apiserver-advertise-address", "10.99.0.31", "--certificate-key", Kubeadm.CertificateKey,
            "--discovery-token", Kubeadm.Token, "--discovery-token-ca-cert-hash", AuthorityHash());

        Assert.Equal(await File.ReadAllTextAsync(First.Pki + "/ca.crt"), await File.ReadAllTextAsync(root + "/etc/kubernetes/pki/ca.crt"));
        Assert.Contains(StaticPodManifest.ArgumentsOf("kube-apiserver", root), argument => argument.EndsWith("--advertise-address=10.99.0.31", StringComparison.Ordinal));
    }

    private ControlPlaneHost First => fixture.Lab.Hosts[0];

    // kubeadm writes the CRI socket on the Node object, which the kubelet would have made.
    private async Task UploadConfigAsync()
    {
        await fixture.Lab.Kubectl.ApplyAsync(
            $"""
            apiVersion: v1
            kind: Node
            metadata:
              name: {First.Host.Name}
              labels:
                kubernetes.io/hostname: {First.Host.Name}
            """);
        await First.Kubeadm.InitPhaseAsync("upload-config", "all");
    }

    private Task ClusterInfoIsSignedAsync() =>
        Eventually.HoldsAsync("the controller manager has signed cluster-info with the token", TimeSpan.FromSeconds(30), async () =>
        {
            var clusterInfo = await fixture.Lab.Kubectl.RunAsync("get", "configmap", "cluster-info", "--namespace", "kube-public", "--output", "yaml");
            return clusterInfo.Contains("jws-kubeconfig-" + Kubeadm.Token.Split('.')[0], StringComparison.Ordinal) ? null : clusterInfo;
        });

    private string AuthorityHash()
    {
        using var authority = X509CertificateLoader.LoadCertificateFromFile(First.Pki + "/ca.crt");
        return "sha256:" + Convert.ToHexStringLower(SHA256.HashData(authority.PublicKey.ExportSubjectPublicKeyInfo()));
    }
}
