using Xunit;

namespace ApiLb.EndToEndTests.VirtualAddress;

/// <summary>What this machine needs before two hosts can share a virtual address.</summary>
internal static class VirtualAddressPrerequisites
{
    /// <summary>Skips the test when something is missing; on CI it fails.</summary>
    public static void Require(BalancerKind kind)
    {
        if (Prerequisites.FindMissing("ip", "nsenter", "mount", "umount", "nft", "keepalived", "nginx", "curl", "openssl", kind.Program) is { } missing)
        {
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") is "true" or "1", missing);
            Assert.Fail(missing);
        }
    }
}
