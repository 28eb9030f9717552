using ApiLb.EndToEndTests.Network;
using ApiLb.EndToEndTests.Processes;

namespace ApiLb.EndToEndTests.Kubernetes;

/// <summary>kubeadm on one host, which sees that host's own files as its root directory.</summary>
internal sealed class Kubeadm(LabHost host, string root)
{
    /// <summary>Of the form that kubeadm demands; worth something only inside the lab.</summary>
    public const string Token = "apilb0.endtoendlabtoken";

    /// <summary>Encrypts the certificates that a joining host downloads.</summary>
    public const string CertificateKey = "a91b1ba91b1ba91b1ba91b1ba91b1ba91b1ba91b1ba91b1ba91b1ba91b1ba91b";

    private const string ConfigurationFile = "/kubeadm.yaml";

    private static readonly string[] PhasesThatDoNotWait =
    [
        "preflight", "certs", "kubeconfig", "kubelet-start", "control-plane", "etcd", "upload-config", "upload-certs", "mark-control-plane",
        "bootstrap-token", "kubelet-finalize", "addon",
    ];

    public static string ControlPlaneEndpoint => LabHost.Balancer1.ApiEndPoint.ToString();

    /// <summary>Makes the PKI (or what is missing of it), the kubeconfig files and the static pod manifests.</summary>
    public async Task PrepareAsync()
    {
        await File.WriteAllTextAsync(root + ConfigurationFile, Configuration());
        await InitPhaseAsync("certs", "all");
        await InitPhaseAsync("kubeconfig", "all");
        await InitPhaseAsync("etcd", "local");
        await InitPhaseAsync("control-plane", "all");
    }

    public Task<string> InitPhaseAsync(params string[] phase) => RunAsync(["init", "phase", .. phase, "--config", ConfigurationFile]);

    /// <summary>
    /// `kubeadm init` without everything but its waiting for the control plane, which asks the controlPlaneEndpoint for /healthz.
    /// A hidden phase: it cannot be run alone. Without a kubelet it gives up after 40 s.
    /// </summary>
    public Task<string> InitWaitAsync() => RunAsync("init", "--config", ConfigurationFile, "--skip-phases", string.Join(',', PhasesThatDoNotWait));

    /// <summary>Any command of kubeadm; returns what it printed.</summary>
    public Task<string> RunAsync(params string[] arguments) =>
        Command.RunOnAsync(host, KubernetesBinaries.Kubeadm, ["--rootfs", root, .. arguments]);

    // The plugin directory is named because the controller manager makes it, and a path that is named here lies below the host's own root.
    // No podSubnet: without nodes its controller keeps all others waiting for ten seconds.
    private string Configuration() =>
        $"""
        apiVersion: kubeadm.k8s.io/v1beta2
        kind: InitConfiguration
        localAPIEndpoint:
          advertiseAddress: {host.Address}
          bindPort: {LabHost.ApiPort}
        nodeRegistration:
          name: {host.Name}
          criSocket: /run/containerd/containerd.sock
        bootstrapTokens:
          - token: {Token}
        certificateKey: {CertificateKey}
        ---
        apiVersion: kubeadm.k8s.io/v1beta2
        kind: ClusterConfiguration
        kubernetesVersion: v1.20.2
        controlPlaneEndpoint: {ControlPlaneEndpoint}
        networking:
          serviceSubnet: 10.97.0.0/16
        apiServer:
          certSANs: [{LabHost.VirtualAddress}, {LabHost.Balancer1.Address}, {LabHost.Balancer2.Address}]
        controllerManager:
          extraArgs:
            flex-volume-plugin-dir: /usr/libexec/kubernetes/kubelet-plugins/volume/exec
        etcd:
          local:
            dataDir: /var/lib/etcd
            extraArgs:
              initial-cluster: {string.Join(',', LabHost.ControlPlane.Select(peer => $"{peer.Name}=https://{peer.Address}:2380"))}
              initial-cluster-state: new
        """;
}
