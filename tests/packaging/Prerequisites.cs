using Xunit;

namespace ApiLb.PackagingTests;

/// <summary>What this machine needs to build packages and to boot a systemd of its own.</summary>
internal static class Prerequisites
{
    private static readonly string[] Programs =
        ["dotnet", "dpkg-buildpackage", "dh", "lintian", "rpmbuild", "python3", "debootstrap", "systemd-nspawn", "nsenter", "man", "setpriv"];

    /// <summary>What is missing and what to do about it, or null.</summary>
    public static string? FindMissing()
    {
        var missing = Programs.Where(program => !IsThere(program)).ToList();
        if (!Environment.IsPrivilegedProcess)
        {
            missing.Insert(0, "root");
        }

        return missing.Count == 0 ? null : $"The packaging tests need {string.Join(", ", missing)}: run tests/install-dependencies.sh as root";
    }

    /// <summary>Ends the test: skipped, on CI failed.</summary>
    public static void Demand()
    {
        if (FindMissing() is { } missing)
        {
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") is "true" or "1", missing);
            Assert.Fail(missing);
        }
    }

    private static bool IsThere(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':').Any(directory => File.Exists(Path.Combine(directory, program)));
}
