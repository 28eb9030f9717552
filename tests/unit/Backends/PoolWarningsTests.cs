using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.UnitTests.Telemetry;
using Xunit;

namespace ApiLb.UnitTests.Backends;

public sealed class PoolWarningsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private readonly BackendPool _pool = Observed.Pool(new FakeTime(), "cp1", "cp2", "cp3");

    [Fact]
    public void NothingKnown_IsNoWarning() => Assert.Empty(Warnings());

    [Theory]
    [InlineData(31, null)]
    [InlineData(29, "cp1: its certificate expires in 29 days (2026-12-19 12:00:00Z): kubeadm certs renew apiserver, then restart it")]
    [InlineData(6, "cp1: its certificate expires in 6 days (2026-11-26 12:00:00Z): kubeadm certs renew apiserver, then restart it")]
    [InlineData(0, "cp1: its certificate has expired (2026-11-20 12:00:00Z): kubeadm certs renew apiserver, then restart it")]
    public void Certificate_WarnsAMonthBefore(int days, string? text)
    {
        _pool.At(0).Facts = new BackendFacts { Certificate = Until(Now.AddDays(days)) };

        var warning = Warnings().SingleOrDefault();
        Assert.Equal(text, warning?.Text);
        Assert.Equal(days < 7, warning?.IsUrgent ?? false);
    }

    [Fact]
    public void UncoveredEndpoint_NamesIt()
    {
        var certificate = Until(Now.AddDays(300)) with { CoversEndpoint = false };
        _pool.At(1).Facts = new BackendFacts { Certificate = certificate };

        Assert.Contains("cp2: its certificate does not cover lb.example.com", Assert.Single(Warnings()).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v1.30.1", "v1.31.2", "v1.31.0", 1, false)]
    [InlineData("v1.29.1", "v1.31.2", null, 2, true)]
    [InlineData("v1.29.1", "v2.31.2", "what", 0, false)]
    [InlineData(null, null, null, null, false)]
    [InlineData("v1.31+x", null, null, null, false)]
    public void Skew_IsCountedInMinorVersions(string? first, string? second, string? third, int? skew, bool warns)
    {
        foreach (var (backend, version) in _pool.Snapshot.Backends.Zip([first, second, third]))
        {
            backend.Facts = new BackendFacts { Version = version };
        }

        Assert.Equal(skew, PoolWarnings.SkewOf(_pool.Snapshot.Backends));
        Assert.Equal(warns, Warnings().Any(w => w.Kind == PoolWarningKind.VersionSkew));
    }

    [Theory]
    [InlineData(1.9, null)]
    [InlineData(-1.9, null)]
    [InlineData(5, "cp1: its clock is 5 s ahead of this host's: check NTP on both")]
    [InlineData(-90, "cp1: its clock is 90 s behind this host's: check NTP on both")]
    public void Clock_WarnsBeyondTwoSeconds(double seconds, string? text)
    {
        _pool.At(0).Facts = new BackendFacts { ClockOffset = TimeSpan.FromSeconds(seconds) };

        Assert.Equal(text, Warnings().SingleOrDefault()?.Text);
    }

    private IReadOnlyList<PoolWarning> Warnings() => PoolWarnings.Of(
        _pool.Options with { ControlPlaneEndpoint = new BackendAddress("lb.example.com", 6443) }, _pool.Snapshot.Backends, Now);

    private static CertificateFacts Until(DateTimeOffset end) => new(Now.AddDays(-65), end, "CN=kubernetes", true);
}
