using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Health;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ApiLb.UnitTests.Backends;

public sealed class PoolSnapshotTests
{
    /// <summary>
    /// Each row: the backends by name with what is known of them, and the tiers in order. R ready, W warming, S suspect, ? unknown,
    /// D draining, N not ready, X dead; then b backup, m maint, d drain, 0 weight zero, n no address.
    /// </summary>
    [Theory]
    [InlineData("a:R b:R c:R", "abc", 3, false)]
    [InlineData("a:R b:W", "ab", 2, false)]
    [InlineData("a:R b:S c:R", "ac|b", 2, false)]
    [InlineData("a:Rb b:R", "b|a", 2, false)]
    [InlineData("a:Rb b:X", "a", 1, false)]
    [InlineData("a:N b:R c:D d:S", "b|d|ac", 1, false)]
    [InlineData("a:N b:N", "ab", 0, true)]
    [InlineData("a:N b:X", "a", 0, true)]
    [InlineData("a:X b:X", "ab", 0, true)]
    [InlineData("a:X b:R", "b", 1, false)]
    [InlineData("a:? b:?", "ab", 0, true)]
    [InlineData("a:? b:R", "b|a", 1, false)]
    [InlineData("a:Rm b:R", "b", 1, false)]
    [InlineData("a:Rd b:N", "b", 0, true)]
    [InlineData("a:R0 b:R", "b", 1, false)]
    [InlineData("a:Rn b:R", "b", 1, false)]
    [InlineData("a:Rm b:Rm", "", 0, false)]
    public void Backends_FallIntoTiers(string backends, string tiers, int ready, bool isFailingOpen)
    {
        var pool = NewPool(backends);

        Assert.Equal(tiers, Show(pool.Snapshot));
        Assert.Equal(ready, pool.Snapshot.ReadyCount);
        Assert.Equal(isFailingOpen, pool.Snapshot.IsFailingOpen);
    }

    [Fact]
    public void Flip_PublishesANewSnapshotBeforeItIsAnnounced()
    {
        var pool = NewPool("a:R b:R");
        var before = pool.Snapshot;
        string? seen = null;
        pool.Transitioned += _ => seen = Show(pool.Snapshot);

        var hasFlipped = pool.Report(before.Backends[0], new HealthReport(HealthEvidence.ConnectionFailed, HealthCause.Refused, "refused"));

        Assert.True(hasFlipped);
        Assert.Equal("b|a", seen);
        Assert.Equal("ab", Show(before));
    }

    [Fact]
    public void RecordProbe_CountsKeepsAndAnnouncesEveryCheck()
    {
        var pool = NewPool("a:R");
        var backend = pool.Snapshot.Backends[0];
        ProbeResult? seen = null;
        pool.Probed += (_, result) => seen = result;
        var report = new HealthReport(HealthEvidence.NotReady, HealthCause.Status, "HTTP 500");
        var result = new ProbeResult(report, ProbeLayer.L7, 500, TimeSpan.FromMilliseconds(3), pool.Now);

        pool.RecordProbe(backend, result);

        Assert.Same(result, seen);
        Assert.Same(result, backend.LastProbe);
        Assert.Equal(1, backend.Counters.ProbesFailed);
        Assert.Equal(HealthStatus.NotReady, backend.Health.Current.Status);
    }

    [Fact]
    public void RecordProbe_AnnouncesWhenWhatFollowsIsPublished()
    {
        var pool = NewPool("a:U");
        var backend = pool.Snapshot.Backends[0];
        BackendTier? seen = null;
        pool.Probed += (_, _) => seen = PoolSnapshot.TierOf(backend);
        var report = new HealthReport(HealthEvidence.Ready, HealthCause.Passed, "HTTP 200");

        pool.RecordProbe(backend, new ProbeResult(report, ProbeLayer.L7, 200, TimeSpan.FromMilliseconds(3), pool.Now));

        Assert.Equal(BackendTier.Ready, seen);
    }

    [Fact]
    public void SetMode_OutlivesEveryCheck()
    {
        var pool = NewPool("a:R b:R");
        var backend = pool.Snapshot.Backends[0];

        pool.SetMode(backend, OperatorMode.Drain);
        pool.Report(backend, new HealthReport(HealthEvidence.ShuttingDown, HealthCause.ShuttingDown, "x"));
        pool.Report(backend, new HealthReport(HealthEvidence.Ready, HealthCause.Passed, "x"));

        Assert.Equal("b", Show(pool.Snapshot));
    }

    private static BackendPool NewPool(string backends)
    {
        var specs = backends.Split(' ').Select(b => b.Split(':')).ToArray();
        var options = new PoolOptions
        {
            Name = "control-plane",
            Health = new HealthOptions { Type = HealthCheckType.Tcp, Fall = 1, Rise = 1 },
            Backends = [.. specs.Select((s, i) => new BackendOptions
            {
                Name = s[0],
                Address = new BackendAddress($"10.0.0.{i + 1}", 6443),
                Weight = s[1].Contains('0', StringComparison.Ordinal) ? 0 : 1,
                IsBackup = s[1].Contains('b', StringComparison.Ordinal),
            })],
        };
        var pool = new BackendPool(options, new FakeTime(), NullLogger<BackendPool>.Instance);
        foreach (var (backend, spec) in pool.Snapshot.Backends.Zip(specs, (b, s) => (b, s[1])))
        {
            Bring(pool, backend, spec);
        }

        return pool;
    }

    private static void Bring(BackendPool pool, Backend backend, string spec)
    {
        var evidence = spec[0] switch
        {
            'R' => "r",
            'W' => "xr",
            'S' => "rc",
            'D' => "d",
            'N' => "n",
            'X' => "x",
            _ => "",
        };
        foreach (var step in evidence)
        {
            pool.Report(backend, new HealthReport(Evidence(step), HealthCause.Passed, "test"));
        }

        if (spec.Contains('n', StringComparison.Ordinal))
        {
            pool.SetEndPoint(backend, null);
        }

        if (spec.AsSpan().IndexOfAny('m', 'd') > 0)
        {
            pool.SetMode(backend, spec.Contains('m', StringComparison.Ordinal) ? OperatorMode.Maint : OperatorMode.Drain);
        }
    }

    private static HealthEvidence Evidence(char step) => step switch
    {
        'r' => HealthEvidence.Ready,
        'c' => HealthEvidence.ConnectionFailed,
        'd' => HealthEvidence.ShuttingDown,
        'n' => HealthEvidence.NotReady,
        _ => HealthEvidence.Unreachable,
    };

    private static string Show(PoolSnapshot snapshot)
    {
        List<string> tiers = [];
        foreach (var tier in snapshot.Tiers)
        {
            tiers.Add(string.Concat(tier.Select(b => b.Name)));
        }

        return string.Join('|', tiers);
    }
}
