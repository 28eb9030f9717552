using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Health;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ApiLb.UnitTests.Backends;

/// <summary>A pool that takes other settings, or is configured no longer, while it serves.</summary>
public sealed class ChangedPoolTests
{
    private readonly FakeTime _time = new();
    private readonly BackendPool _pool;

    public ChangedPoolTests() => _pool = new BackendPool(
        new PoolOptions
        {
            Name = "cp",
            Backends = [new BackendOptions { Name = "a", Address = new BackendAddress("10.0.0.1", 6443) }],
            Health = new HealthOptions { Type = HealthCheckType.Tcp, Fall = 1 },
        },
        _time,
        NullLogger<BackendPool>.Instance);

    private Backend A => _pool.Snapshot.Backends[0];

    [Fact]
    public void Thresholds_AreTheNewOnesAndTheStateStays()
    {
        Report(HealthEvidence.Ready, HealthCause.Passed);
        var before = A;

        _pool.Change(_pool.Options with { Health = _pool.Options.Health with { Fall = 2 } });

        Assert.Same(before, A);
        Assert.Equal(HealthStatus.Ready, A.Health.Current.Status);
        Report(HealthEvidence.Unreachable, HealthCause.Refused);
        Assert.Equal(HealthStatus.Ready, A.Health.Current.Status);
        Report(HealthEvidence.Unreachable, HealthCause.Refused);
        Assert.Equal(HealthStatus.Dead, A.Health.Current.Status);
    }

    [Fact]
    public void Timeouts_AreTheNewOnesForMembersOfBeforeAndAfter()
    {
        _pool.Change(_pool.Options with { Timeouts = new TimeoutOptions { Idle = TimeSpan.FromMinutes(7) } });
        _pool.SetMembers([A.Options, new BackendOptions { Name = "b", Address = new BackendAddress("10.0.0.2", 6443) }]);

        Assert.All(_pool.Snapshot.Backends, b => Assert.Equal(TimeSpan.FromMinutes(7), b.Timeouts.Idle));
    }

    [Fact]
    public void DiscoveryCounters_StayWhileTheSourcesDo()
    {
        _pool.Change(_pool.Options with { Discovery = Dns("one") });
        var counters = _pool.Discovery;

        _pool.Change(_pool.Options with { Discovery = Dns("other") });
        Assert.Same(counters, _pool.Discovery);

        _pool.Change(_pool.Options with { Discovery = null });
        Assert.Null(_pool.Discovery);
    }

    [Fact]
    public void RetiredPool_SaysWhoLeavesAndStillServesWhoChoseIt()
    {
        List<string> left = [];
        _pool.Removed += b => left.Add(b.Name);
        Report(HealthEvidence.Ready, HealthCause.Passed);

        _pool.Retire();

        Assert.Equal(["a"], left);
        Assert.True(A.IsRemoved);
        Assert.Equal(1, _pool.Snapshot.ReadyCount);
    }

    private static DiscoveryOptions Dns(string name) => new() { Dns = new DnsDiscoveryOptions { Name = name } };

    private void Report(HealthEvidence evidence, HealthCause cause) => _pool.Report(A, new HealthReport(evidence, cause, "as the test says"));
}
