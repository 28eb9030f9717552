using ApiLb.EndToEndTests.Balancers;
using ApiLb.EndToEndTests.Kubernetes;

namespace ApiLb.EndToEndTests;

/// <summary>What this machine needs before the lab can be laid.</summary>
internal static class Prerequisites
{
    private static readonly string[] Programs = ["ip", "nsenter", "mount", "umount", "unshare", "etcd", "kubectl", "haproxy", "keepalived", "openssl"];

    /// <summary>What is missing and what to do about it, or null.</summary>
    public static string? FindMissing()
    {
        var missing = new List<string>();
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            missing.Add("root on Linux (network namespaces)");
        }

        missing.AddRange(Programs.Append(BalancerProcess.Choose().Program).Where(program => !IsThere(program))
            .Select(program => program + " (run tests/install-dependencies.sh; apilb itself comes from the build or APILB_BINARY)"));
        missing.AddRange(new[] { KubernetesBinaries.ApiServer, KubernetesBinaries.ControllerManager, KubernetesBinaries.Kubeadm }.Where(program => !IsThere(program))
            .Select(program => program + " (run tests/e2e/lab/build-kubernetes.sh)"));
        return missing.Count == 0 ? null : "The end-to-end tests need " + string.Join("; ", missing);
    }

    private static bool IsThere(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':').Any(directory => File.Exists(Path.Combine(directory, program)));
}
