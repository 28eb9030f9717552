using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Doctor.Cluster;
using Xunit;

namespace ApiLb.UnitTests.Doctor.Cluster;

public sealed class BackendFindingsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private readonly PoolOptions _options = new()
    {
        Name = "control-plane",
        Backends = [BackendAt("cp1", 1), BackendAt("cp2", 2)],
        Health = new HealthOptions { Type = HealthCheckType.KubeApiserver },
    };

    [Fact]
    public void EverythingInOrder_IsSaid() => Assert.Equal(
        """
        Ok certificate pool control-plane: the first certificate expires on 2027-11-20
        Ok version pool control-plane: v1.31.2
        Ok clock pool control-plane: the clocks agree with this host's
        Ok endpoint pool control-plane: the certificates cover lb.example.com
        """,
        Find(_options with { ControlPlaneEndpoint = new BackendAddress("lb.example.com", 6443), Rebalance = new RebalanceOptions { Enabled = true } }, "lb.example.com", Facts()));

    [Theory]
    [InlineData(20, "Warning certificate cp1: its certificate expires in 20 days")]
    [InlineData(2, "Error certificate cp1: its certificate expires in 2 days")]
    public void CertificateThatEnds_IsUrgentInTheLastWeek(int days, string expected) =>
        Assert.StartsWith(expected, Find(_options, null, Facts() with { Certificate = Certificate(days) }), StringComparison.Ordinal);

    [Fact]
    public void SkewAndClock_AreTheDaemonsWarnings()
    {
        var found = Find(_options, null, Facts() with { ClockOffset = TimeSpan.FromMinutes(1) }, Facts() with { Version = "v1.29.1" });

        Assert.Contains("Warning clock cp1: its clock is 60 s ahead", found, StringComparison.Ordinal);
        Assert.Contains("Warning version apiservers are 2 minor versions apart", found, StringComparison.Ordinal);
    }

    [Fact]
    public void UncoveredAddressOfAListener_IsAWarning() =>
        Assert.Contains(
            "Warning endpoint the certificates of cp1, cp2 do not cover 10.0.0.5, on which a listener is bound",
            Find(_options, "10.0.0.5", Facts() with { Certificate = Certificate(365) with { CoversEndpoint = false } }),
            StringComparison.Ordinal);

    [Fact]
    public void UncoveredControlPlaneEndpoint_IsSaidOnceForEachBackend()
    {
        var options = _options with { ControlPlaneEndpoint = new BackendAddress("lb.example.com", 6443) };

        var found = Find(options, "lb.example.com", Facts() with { Certificate = Certificate(365) with { CoversEndpoint = false } });

        Assert.Equal(2, found.Split('\n').Count(l => l.StartsWith("Warning endpoint", StringComparison.Ordinal)));
    }

    [Fact]
    public void UnknownEndpoint_IsANote() => Assert.Contains("Note endpoint", Find(_options, null, Facts()), StringComparison.Ordinal);

    [Fact]
    public void ApiserversWithoutRebalance_GetTheHintAtGoaway() => Assert.Contains("Note goaway", Find(_options, null, Facts()), StringComparison.Ordinal);

    [Fact]
    public void NothingKnown_IsNothingSaid() => Assert.StartsWith("Note goaway", Find(_options, "10.0.0.5", new BackendFacts()), StringComparison.Ordinal);

    private static BackendFacts Facts() =>
        new() { Version = "v1.31.2", ClockOffset = TimeSpan.FromSeconds(0.4), Certificate = Certificate(365) };

    private static CertificateFacts Certificate(int days) => new(Now.AddDays(-1), Now.AddDays(days), "CN=kubernetes", IsTrusted: true) { CoversEndpoint = true };

    private static BackendOptions BackendAt(string name, int host) => new() { Name = name, Address = new BackendAddress($"10.0.0.{host}", 6443) };

    private static string Find(PoolOptions options, string? endpoint, params BackendFacts[] facts)
    {
        var pool = new BackendPool(options, new FakeTime(), Microsoft.Extensions.Logging.Abstractions.NullLogger<BackendPool>.Instance);
        foreach (var (index, backend) in pool.Snapshot.Backends.Index())
        {
            backend.Facts = facts[Math.Min(index, facts.Length - 1)];
        }

        return string.Join('\n', BackendFindings.Of(options, endpoint, pool.Snapshot.Backends, Now).Select(f => $"{f.Severity} {f.Check} {f.Text}"));
    }
}
