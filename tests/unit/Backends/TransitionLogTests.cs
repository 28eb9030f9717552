using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Health;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ApiLb.UnitTests.Backends;

public sealed class TransitionLogTests
{
    private readonly FakeTime _time = new();
    private readonly Warnings _warnings = new();
    private readonly BackendPool _pool;

    public TransitionLogTests()
    {
        _pool = new BackendPool(
            new PoolOptions
            {
                Name = "control-plane",
                Health = new HealthOptions { Type = HealthCheckType.KubeApiserver, Fall = 1, SlowStart = TimeSpan.Zero },
                Backends = [.. ((string[])["cp1", "cp2"]).Select((name, i) => new BackendOptions { Name = name, Address = new BackendAddress($"10.0.0.{i}", 6443) })],
            },
            _time,
            _warnings);
        Report(0, HealthEvidence.Ready, HealthCause.Passed);
        Report(1, HealthEvidence.Ready, HealthCause.Passed);
    }

    [Fact]
    public void BackendDown_IsOneWarning()
    {
        Report(0, HealthEvidence.Unreachable, HealthCause.Refused);

        Assert.Equal(["Pool control-plane: backend cp1 Ready -> Dead: Refused. 1 of 2 ready."], _warnings.Lines);
    }

    [Fact]
    public void AllRedBecauseOfEtcd_OnlyTheAlarmSpeaks()
    {
        Report(0, HealthEvidence.NotReady, HealthCause.EtcdUnready);
        _time.Advance(TransitionLog.Patience / 2);
        Report(1, HealthEvidence.NotReady, HealthCause.EtcdUnready);

        _time.Advance(2 * TransitionLog.Patience);

        Assert.StartsWith("Pool control-plane: alarm EtcdUnready", Assert.Single(_warnings.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void OneRedBecauseOfEtcd_IsAWarningAfterAWhile()
    {
        Report(0, HealthEvidence.NotReady, HealthCause.EtcdUnready);
        Assert.Empty(_warnings.Lines);

        _time.Advance(TransitionLog.Patience);

        Assert.Equal(
            ["Pool control-plane: backend cp1 is not ready because of etcd, and others are: look at its etcd member (EtcdUnready)."], _warnings.Lines);
    }

    [Fact]
    public void RedBecauseOfEtcdForAMoment_IsNoWarning()
    {
        Report(0, HealthEvidence.NotReady, HealthCause.EtcdUnready);
        Report(0, HealthEvidence.Ready, HealthCause.Passed);
        Report(0, HealthEvidence.Ready, HealthCause.Passed);

        _time.Advance(2 * TransitionLog.Patience);

        Assert.Empty(_warnings.Lines);
    }

    [Fact]
    public void StillRedAfterTheAlarmIsOver_IsAWarningAfterAnotherWhile()
    {
        Report(0, HealthEvidence.NotReady, HealthCause.EtcdUnready);
        Report(1, HealthEvidence.NotReady, HealthCause.EtcdUnready);
        _time.Advance(3 * TransitionLog.Patience / 2);
        Report(1, HealthEvidence.Ready, HealthCause.Passed);
        Report(1, HealthEvidence.Ready, HealthCause.Passed);
        _warnings.Lines.Clear();

        _time.Advance(TransitionLog.Patience - TimeSpan.FromMilliseconds(1));
        Assert.Empty(_warnings.Lines);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Contains("backend cp1 is not ready because of etcd", Assert.Single(_warnings.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void QuorumLost_IsNotSaidOfEachBackend()
    {
        Report(0, HealthEvidence.NotReady, HealthCause.EtcdUnready);
        _pool.SetAdvice(_pool.Snapshot.Backends[0], OutsideAdvice.Freeze, "quorum lost");

        _time.Advance(2 * TransitionLog.Patience);

        Assert.Empty(_warnings.Lines);
    }

    private void Report(int backend, HealthEvidence evidence, HealthCause cause) =>
        _pool.Report(_pool.Snapshot.Backends[backend], new HealthReport(evidence, cause, cause.ToString()));

    private sealed class Warnings : ILogger<BackendPool>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Lines.Add(formatter(state, exception));
            }
        }
    }
}
