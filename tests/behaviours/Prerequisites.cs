using ApiLb.BehaviourTests.Balancers;

namespace ApiLb.BehaviourTests;

/// <summary>What this machine needs before a balancer can be tried.</summary>
internal static class Prerequisites
{
    /// <summary>Where interfaces of TUN are made; the kernel's module tun.</summary>
    private const string Tunnel = "/dev/net/tun";

    private static readonly string[] Programs = ["ip", "nsenter", "nft", "ss", "sysctl", "prlimit", "faketime", "etcd"];

    /// <summary>The root of the repository.</summary>
    public static string Repository { get; } = Root(new DirectoryInfo(AppContext.BaseDirectory));

    /// <summary>The executable that was built with these tests.</summary>
    public static string BuiltApiLb { get; } = Path.Combine(Repository, "src/ApiLb/bin", Configuration, "net10.0/apilb");

    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/')).Parent?.Name ?? "Debug";

    /// <summary>What is missing and what to do about it, or null. With CI=true nothing is excused: the tests fail by themselves.</summary>
    public static string? FindMissing(IReadOnlyList<string> balancers)
    {
        var missing = Programs.Concat(balancers.Select(name => Balancer.Of(name).Program)).Where(program => !IsThere(program)).ToList();
        if (!Environment.IsPrivilegedProcess)
        {
            missing.Insert(0, "root (network namespaces)");
        }

        if (!File.Exists(Tunnel))
        {
            missing.Add(Tunnel);
        }

        return missing.Count == 0 || Environment.GetEnvironmentVariable("CI") == "true" ? null : $"needs {string.Join(", ", missing)}: tests/install-dependencies.sh";
    }

    private static string Root(DirectoryInfo folder) =>
        File.Exists(Path.Combine(folder.FullName, "ApiLb.sln")) ? folder.FullName : Root(folder.Parent ?? throw new InvalidOperationException("no ApiLb.sln above the tests"));

    private static bool IsThere(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(directory => File.Exists(Path.Combine(directory, program)));
}
