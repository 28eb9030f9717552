using ApiLb.EndToEndTests.Balancers;
using ApiLb.EndToEndTests.Kubernetes;
using Xunit;

namespace ApiLb.EndToEndTests;

/// <summary>What this machine needs before the lab can be laid.</summary>
internal static class Prerequisites
{
    private static readonly string[] Programs = ["ip", "nsenter", "mount", "umount", "unshare", "etcd", "kubectl", "haproxy", "keepalived", "openssl", "nft", "curl"];

    /// <summary>What is missing and what to do about it, or null.</summary>
    public static string? FindMissing() =>
        Complaint([.. FindMissingPrograms([.. Programs, BalancerProcess.Choose().Program]), .. FindMissingBinaries()]);

    /// <summary>Skips the test when one of these programs is missing; on CI it fails.</summary>
    public static void Require(params string[] programs)
    {
        if (Complaint([.. FindMissingPrograms(programs)]) is { } missing)
        {
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") is "true" or "1", missing);
            Assert.Fail(missing);
        }
    }

    private static string? Complaint(IReadOnlyList<string> missing) =>
        missing.Count == 0 ? null : "The end-to-end tests need " + string.Join("; ", missing);

    private static IEnumerable<string> FindMissingPrograms(IEnumerable<string> programs)
    {
        var missing = programs.Where(program => !IsThere(program))
            .Select(program => program + " (run tests/install-dependencies.sh; apilb itself comes from the build or APILB_BINARY)");
        return OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess ? missing : missing.Prepend("root on Linux (network namespaces)");
    }

    private static IEnumerable<string> FindMissingBinaries() =>
        KubernetesBinaries.All.Where(program => !IsThere(program))
            .Select(program => program + " (run tests/e2e/lab/build-kubernetes.sh)");

    private static bool IsThere(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':').Any(directory => File.Exists(Path.Combine(directory, program)));
}
