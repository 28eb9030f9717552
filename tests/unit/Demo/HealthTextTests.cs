using ApiLb.Demo.StandIns;
using Xunit;

namespace ApiLb.UnitTests.Demo;

public sealed class HealthTextTests
{
    [Fact]
    public void Passed_IsOk() => Assert.Equal("ok", HealthText.Passed("readyz", isVerbose: false));

    [Fact]
    public void Verbose_ListsTheChecksAndTheVerdict()
    {
        var text = HealthText.Passed("readyz", isVerbose: true);

        Assert.StartsWith("[+]ping ok\n[+]log ok\n[+]etcd ok\n", text, StringComparison.Ordinal);
        Assert.EndsWith("[+]shutdown ok\nreadyz check passed\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Livez_KnowsNoShutdown() =>
        Assert.DoesNotContain("shutdown", HealthText.Passed("livez", isVerbose: true), StringComparison.Ordinal);

    [Fact]
    public void ShuttingDown_FailsTheShutdownCheckAlone()
    {
        var failing = HealthText.ShuttingDown().Split('\n').Where(l => l.StartsWith("[-]", StringComparison.Ordinal));

        Assert.Equal(["[-]shutdown failed: reason withheld"], failing);
    }
}
