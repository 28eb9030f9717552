using ApiLb.Balancing;
using ApiLb.Configuration;
using ApiLb.Health;
using Xunit;

namespace ApiLb.UnitTests.Balancing;

public sealed class CandidatesTests
{
    [Theory]
    [InlineData(nameof(BalancePolicy.LeastConnections))]
    [InlineData(nameof(BalancePolicy.RoundRobin))]
    [InlineData(nameof(BalancePolicy.Random))]
    [InlineData(nameof(BalancePolicy.SourceHash))]
    [InlineData(nameof(BalancePolicy.First))]
    public void EachBackend_IsTriedOnce(string policy)
    {
        var pool = new PoolOfReady(Enum.Parse<BalancePolicy>(policy), 1, 2, 3, 1, 5);

        Assert.All(Enumerable.Range(0, 100), client => Assert.Equal("abcde", string.Concat(pool.Order((uint)client).Order())));
    }

    [Fact]
    public void Tiers_ComeInOrder()
    {
        var pool = PoolOfReady.Even(BalancePolicy.Random, 6);
        pool.Report("a", HealthEvidence.NotReady);
        pool.Report("b", HealthEvidence.ConnectionFailed);
        pool.Report("d", HealthEvidence.ConnectionFailed);
        pool.Report("f", HealthEvidence.Unreachable);

        Assert.All(Enumerable.Range(0, 50), _ => Assert.Matches("^(ce|ec)(bd|db)a$", pool.Order()));
    }

    [Fact]
    public void First_KeepsTheOrderOfTheFile() => Assert.Equal("abcd", PoolOfReady.Even(BalancePolicy.First, 4).Order());

    [Fact]
    public void Any_TellsBeforeEachPickWhetherThereIsOne()
    {
        var pool = PoolOfReady.Even(BalancePolicy.First, 3);
        pool.Report("c", HealthEvidence.ConnectionFailed);
        var candidates = pool.Balancer.CandidatesFor(default);

        foreach (var name in (string[])["a", "b", "c"])
        {
            Assert.True(candidates.Any);
            Assert.Equal(name, candidates.Next()?.Name);
        }

        Assert.False(candidates.Any);
        Assert.Null(candidates.Next());
        Assert.False(candidates.Any);
    }

    [Fact]
    public void Default_IsNobody()
    {
        Candidates candidates = default;

        Assert.False(candidates.Any);
        Assert.Null(candidates.Next());
    }

    [Fact]
    public void BackendThatDiesMeanwhile_IsStillTriedByWhoTookTheSnapshotBefore()
    {
        var pool = PoolOfReady.Even(BalancePolicy.First, 2);
        var candidates = pool.Balancer.CandidatesFor(default);
        pool.Report("a", HealthEvidence.Unreachable);

        Assert.Equal("a", candidates.Next()?.Name);
        Assert.Equal("b", pool.Pick()?.Name);
    }

    [Theory]
    [InlineData(1, "abcd")]
    [InlineData(3, "cabd")]
    [InlineData(4, "dabc")]
    [InlineData(9, "abcd")]
    public void PreferredBackend_IsTriedFirstAndOnce(int client, string order) =>
        Assert.Equal(order, PoolOfReady.PreferringLocal(4).Order((uint)client));

    [Fact]
    public void PreferredBackendAmongTiers_IsTriedFirstOfItsTier()
    {
        var pool = PoolOfReady.PreferringLocal(4);
        pool.Report("b", HealthEvidence.ConnectionFailed);

        Assert.Equal("cadb", pool.Order(3));
        Assert.Equal("acdb", pool.Order(2));
    }

    [Fact]
    public void PreferredBackendAlone_IsAllThereIs()
    {
        var candidates = PoolOfReady.PreferringLocal(1).Balancer.CandidatesFor(Clients.Numbered(1));

        Assert.Equal("a", candidates.Next()?.Name);
        Assert.False(candidates.Any);
        Assert.Null(candidates.Next());
    }
}
