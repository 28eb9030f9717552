using ApiLb.Configuration;
using ApiLb.Health;
using ApiLb.Transport;
using Xunit;

namespace ApiLb.UnitTests.Balancing;

public sealed class SourceHashTests
{
    private const int Clients = 3000;

    [Fact]
    public void SameClient_SameBackend()
    {
        var pool = PoolOfReady.Even(BalancePolicy.SourceHash, 5);

        Assert.Equal(pool.Picks(Clients), pool.Picks(Clients));
    }

    [Fact]
    public void OtherBalancer_SameBackend() =>
        Assert.Equal(
            PoolOfReady.Even(BalancePolicy.SourceHash, 5).Picks(Clients), PoolOfReady.Even(BalancePolicy.SourceHash, 5).Picks(Clients));

    [Fact]
    public void OtherPortOfTheSameHost_SameBackend()
    {
        var pool = PoolOfReady.Even(BalancePolicy.SourceHash, 5);

        Assert.All(
            Enumerable.Range(1, 100).Select(port => new ClientAddress(0, 0xFFFF_0A00_0001, 0, (ushort)port)),
            client => Assert.Same(pool.Pick(1), pool.Balancer.CandidatesFor(client).Next()));
    }

    [Fact]
    public void BackendThatGoes_MovesOnlyItsOwnClients()
    {
        var pool = PoolOfReady.Even(BalancePolicy.SourceHash, 5);
        var before = pool.Picks(Clients);
        pool.Report("c", HealthEvidence.Unreachable);
        var after = pool.Picks(Clients);

        Assert.All(before.Zip(after), pick => Assert.True(pick.First == 'c' ? pick.Second != 'c' : pick.Second == pick.First));
        Assert.Equal("abde", string.Concat(before.Zip(after).Where(p => p.First == 'c').Select(p => p.Second).Distinct().Order()));
    }

    [Fact]
    public void BackendThatReturns_GetsItsClientsBackAtOnce()
    {
        var pool = PoolOfReady.Even(BalancePolicy.SourceHash, 5);
        var before = pool.Picks(Clients);
        pool.Revive("c");

        Assert.Equal(before, pool.Picks(Clients));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 3)]
    public void Clients_AreSpreadByWeight(int weightOfA, int weightOfB)
    {
        var picks = new PoolOfReady(BalancePolicy.SourceHash, weightOfA, weightOfB).Picks(Clients);
        var expected = Clients * weightOfA / (weightOfA + weightOfB);

        // Neither the names nor the clients are random: this either always holds or never.
        Assert.InRange(picks.Count(p => p == 'a'), expected - 150, expected + 150);
    }
}
