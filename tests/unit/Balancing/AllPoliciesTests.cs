using ApiLb.Configuration;
using ApiLb.Health;
using Xunit;

namespace ApiLb.UnitTests.Balancing;

/// <summary>What every policy owes.</summary>
public sealed class AllPoliciesTests
{
    public static TheoryData<string> Policies => [.. Enum.GetNames<BalancePolicy>()];

    [Theory]
    [MemberData(nameof(Policies))]
    public void WeightZero_IsNeverPicked(string policy)
    {
        var pool = new PoolOfReady(Read(policy), 0, 1, 0);

        Assert.Equal(new string('b', 200), pool.Picks(200));
        Assert.Equal("b", pool.Order());
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void NobodyUsable_IsNobody(string policy)
    {
        var candidates = new PoolOfReady(Read(policy), 0).Balancer.CandidatesFor(default);

        Assert.False(candidates.Any);
        Assert.Null(candidates.Next());
        Assert.Null(candidates.Next());
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void Pick_AllocatesNothing(string policy)
    {
        var pool = PoolOfReady.Even(Read(policy), 20);

        Allocation.IsZero(() => PickMany(pool, 10_000));
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void SmallPoolPick_AllocatesNothing(string policy)
    {
        var pool = new PoolOfReady(Read(policy), 1, 2, 3);
        pool.Revive("b");

        Allocation.IsZero(() => PickMany(pool, 10_000));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(20)]
    public void PickThatLatencyDecides_AllocatesNothing(int backends)
    {
        var pool = PoolOfReady.Even(BalancePolicy.LeastConnections, backends);
        foreach (var (i, backend) in pool.Pool.Snapshot.Backends.Index())
        {
            backend.FirstByte.Record(TimeSpan.FromMilliseconds(10 * (i + 1)), pool.Pool.Now);
        }

        Allocation.IsZero(() => PickMany(pool, 10_000));
    }

    [Fact]
    public void PickOfTheLocalBackend_AllocatesNothing()
    {
        var pool = PoolOfReady.PreferringLocal(3);

        Allocation.IsZero(() => PickMany(pool, 10_000));
    }

    [Theory]
    [InlineData(nameof(BalancePolicy.RoundRobin))]
    [InlineData(nameof(BalancePolicy.Random))]
    [InlineData(nameof(BalancePolicy.LeastConnections))]
    public void Warming_LowersTheShareAndThenGivesItBack(string policy)
    {
        var pool = new PoolOfReady(Read(policy), 1, 1);
        pool.Revive("b");

        // A tenth of a's weight at first, half of it half-way: 1 of 11 and 1 of 3, within six standard deviations of chance.
        Assert.InRange(ShareOfB(pool), 0, 0.15);
        pool.Time.Advance(PoolOfReady.SlowStart / 2);
        Assert.InRange(ShareOfB(pool), policy == nameof(BalancePolicy.LeastConnections) ? 0 : 0.27, 0.40);
        pool.Time.Advance(PoolOfReady.SlowStart / 2);
        pool.Report("b", HealthEvidence.Ready);
        Assert.InRange(ShareOfB(pool), 0.43, 0.57);
    }

    [Fact]
    public void LeastConnectionsWhileWarming_FillsByTheShare()
    {
        var pool = new PoolOfReady(BalancePolicy.LeastConnections, 1, 1);
        pool.Revive("b");
        pool.Time.Advance(PoolOfReady.SlowStart / 2);

        var active = pool.Fill(300);

        Assert.InRange(active["b"], 99, 101);
    }

    private static BalancePolicy Read(string policy) => Enum.Parse<BalancePolicy>(policy);

    private static double ShareOfB(PoolOfReady pool) => pool.Picks(3000).Count(p => p == 'b') / 3000.0;

    private static void PickMany(PoolOfReady pool, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var candidates = pool.Balancer.CandidatesFor(Clients.Numbered((uint)i));
            if (candidates.Next() is null)
            {
                throw new InvalidOperationException("nobody");
            }
        }
    }
}
