using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Health;
using ApiLb.UnitTests.Balancing;
using Xunit;

namespace ApiLb.UnitTests.Backends;

/// <summary>Two apiservers, a and b, both ready at first.</summary>
public sealed class PoolAlarmTests
{
    private readonly PoolOfReady _pool = PoolOfReady.Even(BalancePolicy.LeastConnections, 2);
    private readonly List<PoolAlarm> _alarms = [];

    public PoolAlarmTests() => _pool.Pool.AlarmChanged += (_, alarm) => _alarms.Add(alarm);

    [Fact]
    public void EveryoneRedBecauseOfEtcd_AlarmNamesEtcdAndTrafficGoesOn()
    {
        Check("a", HealthEvidence.NotReady, HealthCause.EtcdUnready);
        Check("b", HealthEvidence.NotReady, HealthCause.EtcdUnready);

        Assert.Equal([PoolAlarm.EtcdUnready], _alarms);
        Assert.NotNull(_pool.Pick());
        Assert.True(_pool.Pool.Snapshot.IsFailingOpen);
    }

    [Fact]
    public void OneRedForAnotherReason_AlarmDoesNotBlameEtcd()
    {
        Check("a", HealthEvidence.NotReady, HealthCause.EtcdUnready);
        Check("b", HealthEvidence.NotReady, HealthCause.Status);

        Assert.Equal([PoolAlarm.NobodyReady], _alarms);
    }

    [Fact]
    public void NobodyAlive_AlarmComesOnceAndGoes()
    {
        Check("a", HealthEvidence.Unreachable, HealthCause.Refused);
        Check("b", HealthEvidence.Unreachable, HealthCause.Refused);
        Check("b", HealthEvidence.Unreachable, HealthCause.Refused);
        Check("a", HealthEvidence.Ready, HealthCause.Passed);

        Assert.Equal([PoolAlarm.NobodyAlive, PoolAlarm.None], _alarms);
    }

    [Fact]
    public void OperatorLeavesNobody_AlarmSaysSo()
    {
        _pool.Pool.SetMode(_pool["a"], OperatorMode.Drain);
        _pool.Pool.SetMode(_pool["b"], OperatorMode.Maint);

        Assert.Equal([PoolAlarm.NobodyUsable], _alarms);
        Assert.Null(_pool.Pick());
    }

    [Fact]
    public void QuorumLost_RedBecauseOfEtcdEjectsNobody()
    {
        Advise(OutsideAdvice.Freeze);

        Check("a", HealthEvidence.NotReady, HealthCause.EtcdUnready);
        Check("b", HealthEvidence.NotReady, HealthCause.EtcdUnready);

        Assert.Equal(2, _pool.Pool.Snapshot.ReadyCount);
        Assert.Empty(_alarms);
    }

    [Fact]
    public void QuorumLost_DeathStillCounts()
    {
        Advise(OutsideAdvice.Freeze);

        Check("a", HealthEvidence.Unreachable, HealthCause.Refused);

        Assert.Equal(HealthStatus.Dead, _pool["a"].Health.Current.Status);
    }

    [Fact]
    public void CorruptData_OnlyWhenNobodyElseIsReady()
    {
        _pool.Pool.SetAdvice(_pool["a"], OutsideAdvice.Eject, "corrupt");

        Assert.Equal("bbbb", _pool.Picks(4));
        Check("b", HealthEvidence.NotReady, HealthCause.Status);
        Assert.Contains("a", _pool.Picks(20), StringComparison.Ordinal);
    }

    private void Advise(OutsideAdvice advice)
    {
        foreach (var backend in _pool.Pool.Snapshot.Backends)
        {
            _pool.Pool.SetAdvice(backend, advice, "test");
        }
    }

    private void Check(string backend, HealthEvidence evidence, HealthCause cause) => _pool.Pool.RecordProbe(
        _pool[backend],
        new ProbeResult(new HealthReport(evidence, cause, "test"), ProbeLayer.L7, null, TimeSpan.Zero, _pool.Pool.Now));
}
