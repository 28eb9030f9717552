using ApiLb.Admin;
using ApiLb.Backends;
using ApiLb.Health;
using ApiLb.UnitTests.Telemetry;
using Xunit;

namespace ApiLb.UnitTests.Admin;

public sealed class ReadinessServiceTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTime _time = new();
    private readonly BackendPool _pool;
    private readonly ReadinessService _readiness;

    public ReadinessServiceTests()
    {
        _pool = Observed.Pool(_time, "cp1", "cp2");
        _readiness = new ReadinessService([_pool], _time);
    }

    [Fact]
    public void NeverChecked_IsRed() => Assert.False(_readiness.Current.IsReady);

    [Fact]
    public void FirstReadyBackend_IsGreenAtOnce()
    {
        Assert.False(_readiness.Current.IsReady);

        _pool.Pass(0);

        Assert.True(_readiness.Current.IsReady);
    }

    [Fact]
    public void AliveButRed_IsUsableBecauseThePoolFailsOpen()
    {
        _pool.Redden(0);
        _pool.Redden(1);

        Assert.True(ReadinessService.IsUsable([_pool]));
    }

    [Fact]
    public void EverybodyDead_IsNotUsable()
    {
        _pool.Refuse(0);
        _pool.Refuse(1);

        Assert.False(ReadinessService.IsUsable([_pool]));
    }

    [Fact]
    public void TakenOutByTheOperator_IsNotUsable()
    {
        _pool.Pass(0);
        _pool.SetMode(_pool.At(0), OperatorMode.Maint);

        Assert.False(ReadinessService.IsUsable([_pool]));
    }

    [Fact]
    public async Task EverybodyDead_TurnsRedAfterElevenSecondsAndNotBefore()
    {
        using var stop = new CancellationTokenSource();
        _pool.Pass(0);
        var running = _readiness.RunAsync(stop.Token);
        await _time.TimersArmedAsync(1);
        _pool.Refuse(0);

        for (var second = 1; second <= LoadBalancerReadiness.Fall; second++)
        {
            Assert.True(_readiness.Current.IsReady, $"red after {second - 1} s");
            _time.Advance(Second);
            await _time.TimersArmedAsync(1);
        }

        Assert.False(_readiness.Current.IsReady);
        await stop.CancelAsync();
        await running;
    }
}
