using ApiLb.Backends;
using ApiLb.Balancing;
using ApiLb.Configuration;
using ApiLb.Health;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ApiLb.UnitTests.Balancing;

/// <summary>One look of the service at a time; 40 connections on a, none on b, unless a test says otherwise.</summary>
public sealed class RebalanceServiceTests
{
    private const int Step = 4;

    private readonly PoolOfReady _pool = new(BalancePolicy.LeastConnections, new RebalanceOptions { Enabled = true }, 1, 1);
    private readonly RebalanceService _service;

    public RebalanceServiceTests() => _service = new RebalanceService(_pool.Pool, _pool.Time, NullLogger<RebalanceService>.Instance);

    private int OnA => _pool["a"].Connections.Count;

    [Fact]
    public void UnevenForAMinute_MovesAFew()
    {
        Connect(40);

        _service.Look();
        Assert.Equal(40, OnA);
        _pool.Time.Advance(TimeSpan.FromSeconds(61));
        _service.Look();
        Assert.Equal(40 - Step, OnA);
    }

    [Fact]
    public void OnceBegun_GoesOnUntilEven()
    {
        Connect(40);
        _service.Look();
        _pool.Time.Advance(TimeSpan.FromSeconds(61));

        for (var looks = 0; looks < 100; looks++)
        {
            _service.Look();
            while (OnA + _pool["b"].Connections.Count < 40)
            {
                _ = new FakeConnection(_pool["b"], TimeSpan.Zero);
            }
        }

        Assert.InRange(OnA, 20, 22);
    }

    [Fact]
    public void QuietestGoFirst()
    {
        List<FakeConnection> connections = [.. Enumerable.Range(0, 40).Select(i => new FakeConnection(_pool["a"], TimeSpan.FromSeconds(i)))];

        _service.Ask();
        _service.Look();

        Assert.All(connections, (c, i) => Assert.Equal(i >= 40 - Step ? CloseReason.Rebalance : null, c.ClosedFor));
    }

    [Fact]
    public void ConnectionsWithoutH2_Stay()
    {
        Connect(40, mayMove: false);

        _service.Ask();
        _service.Look();

        Assert.Equal(40, OnA);
    }

    [Fact]
    public void NotEnabled_OnlyTheOperatorMoves()
    {
        var pool = PoolOfReady.Even(BalancePolicy.LeastConnections, 2);
        var service = new RebalanceService(pool.Pool, pool.Time, NullLogger<RebalanceService>.Instance);
        for (var i = 0; i < 40; i++)
        {
            _ = new FakeConnection(pool["a"], TimeSpan.Zero);
        }

        service.Look();
        pool.Time.Advance(TimeSpan.FromHours(1));
        service.Look();
        Assert.Equal(40, pool["a"].Connections.Count);

        service.Ask();
        service.Look();
        Assert.Equal(40 - Step, pool["a"].Connections.Count);
    }

    [Fact]
    public void OneReadyBackend_NobodyIsMoved()
    {
        Connect(40);
        _pool.Report("b", HealthEvidence.NotReady);

        _service.Ask();
        _service.Look();

        Assert.Equal(40, OnA);
    }

    private void Connect(int count, bool mayMove = true)
    {
        for (var i = 0; i < count; i++)
        {
            _ = new FakeConnection(_pool["a"], TimeSpan.FromSeconds(i), mayMove);
        }
    }
}
