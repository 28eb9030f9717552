using ApiLb.Backends;
using ApiLb.Health;
using ApiLb.Upgrade;
using ApiLb.UnitTests.Telemetry;
using Xunit;

namespace ApiLb.UnitTests.Upgrade;

/// <summary>What a daemon knows of its backends, told to the next.</summary>
public sealed class PredecessorHealthTests
{
    private readonly FakeTime _time = new();

    [Fact]
    public void State_IsTheSameElsewhere()
    {
        var there = Observed.Pool(_time, "cp1", "cp2");
        Report(there, 0, HealthEvidence.Ready);
        Report(there, 1, HealthEvidence.Unreachable, HealthEvidence.Unreachable);
        _time.Advance(TimeSpan.FromMinutes(5));
        var here = Observed.Pool(_time, "cp1", "cp2");

        using PredecessorHealth health = new([.. PredecessorHealth.Of(there)], [here]);

        Assert.Equal([HealthStatus.Ready, HealthStatus.Dead], here.Snapshot.Backends.Select(b => b.Health.Current.Status));
        Assert.Equal(there.At(1).Health.Current.Detail, here.At(1).Health.Current.Detail);
        Assert.Equal(TimeSpan.FromMinutes(5).TotalSeconds, (here.Now - here.At(1).Health.Current.Since).TotalSeconds, 0.001);
        Assert.Equal(1, here.Snapshot.ReadyCount);
    }

    /// <summary>As there: what was dead comes back by way of slow start.</summary>
    [Fact]
    public void Dead_WarmsWhenItComesBack()
    {
        var there = Observed.Pool(_time, "cp1");
        Report(there, 0, HealthEvidence.Unreachable, HealthEvidence.Unreachable);
        var here = Observed.Pool(_time, "cp1");
        using PredecessorHealth health = new([.. PredecessorHealth.Of(there)], [here]);

        Report(here, 0, HealthEvidence.Ready, HealthEvidence.Ready);

        Assert.Equal(HealthStatus.Warming, here.At(0).Health.Current.Status);
    }

    [Fact]
    public void OtherAddress_IsAnotherServer()
    {
        var there = Observed.Pool(_time, "cp1");
        Report(there, 0, HealthEvidence.Ready);
        var known = PredecessorHealth.Of(there).Select(h => h with { Address = "10.9.9.9:6443" });
        var here = Observed.Pool(_time, "cp1");

        using PredecessorHealth health = new([.. known], [here]);

        Assert.Equal(HealthStatus.Unknown, here.At(0).Health.Current.Status);
    }

    [Fact]
    public void PoolThatTookClients_MustTakeThemHereByChecksOfItsOwn()
    {
        var there = Observed.Pool(_time, "cp1", "cp2");
        Report(there, 0, HealthEvidence.Ready);
        var here = Observed.Pool(_time, "cp1", "cp2");
        using PredecessorHealth health = new([.. PredecessorHealth.Of(there)], [here]);

        health.Look();
        Assert.False(health.Matched.IsCompleted);
        Assert.Equal($"a backend that takes clients in pool {here.Name}", health.Missing);
        Report(here, 1, HealthEvidence.NotReady);
        Assert.False(health.Matched.IsCompleted);
        Report(here, 0, HealthEvidence.Ready);
        Assert.True(health.Matched.IsCompletedSuccessfully);
    }

    [Fact]
    public void PoolThatWasDown_IsNotWaitedFor()
    {
        var there = Observed.Pool(_time, "cp1");
        Report(there, 0, HealthEvidence.Unreachable, HealthEvidence.Unreachable);
        using PredecessorHealth health = new([.. PredecessorHealth.Of(there)], [Observed.Pool(_time, "cp1")]);

        health.Look();

        Assert.True(health.Matched.IsCompletedSuccessfully);
    }

    /// <summary>Found by discovery, after the handover.</summary>
    [Fact]
    public void MemberThatJoinsLater_IsKnownToo()
    {
        var there = Observed.Pool(_time, "cp1", "cp2");
        Report(there, 0, HealthEvidence.Ready);
        Report(there, 1, HealthEvidence.ShuttingDown);
        var here = Observed.Pool(_time, "cp1");
        using PredecessorHealth health = new([.. PredecessorHealth.Of(there)], [here]);

        here.SetMembers([.. there.Snapshot.Backends.Select(b => b.Options)]);

        Assert.Equal(HealthStatus.Draining, here.At(1).Health.Current.Status);
    }

    private static void Report(BackendPool pool, int backend, params HealthEvidence[] evidence)
    {
        foreach (var one in evidence)
        {
            var report = new HealthReport(one, HealthCause.Passed, $"said {one}");
            pool.RecordProbe(pool.At(backend), new ProbeResult(report, ProbeLayer.L7, 200, TimeSpan.Zero, pool.Now));
        }
    }
}
