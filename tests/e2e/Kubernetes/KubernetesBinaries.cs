namespace ApiLb.EndToEndTests.Kubernetes;

/// <summary>The cache that lab/build-kubernetes.sh fills.</summary>
internal static class KubernetesBinaries
{
    public static string Directory { get; } = Path.Combine(CacheHome(), "apilb", "kubernetes-v1.20.2");

    public static string ApiServer => Path.Combine(Directory, "kube-apiserver");

    public static string ControllerManager => Path.Combine(Directory, "kube-controller-manager");

    public static string Kubeadm => Path.Combine(Directory, "kubeadm");

    /// <summary>What apiservers proxy exec, attach, port-forward and logs to: lab/kubelet/main.go.</summary>
    public static string StandInKubelet => Path.Combine(Directory, "stand-in-kubelet");

    public static IReadOnlyList<string> All => [ApiServer, ControllerManager, Kubeadm, StandInKubelet];

    private static string CacheHome() =>
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } home
            ? home
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
}
