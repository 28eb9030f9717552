using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>Who gets how many.</summary>
public sealed class BalanceTests
{
    [Theory]
    [Row(37, "30 clients, one after the other, three backends in turn", "each gets ten")]
    public async Task RoundRobin_GivesEqualShares(string balancer)
    {
        var names = await NamesAsync(balancer, Policy.RoundRobin, 30, 1, 1, 1);

        Assert.All(["A", "B", "C"], name => Assert.InRange(names.Count(n => n == name), 9, 11));
    }

    [Theory]
    [Row(37, "30 clients that stay, three backends, least connections", "each gets ten")]
    public async Task LeastConnections_GivesEqualShares(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        Backend[] backends = [bench.Answering("A"), bench.Answering("B"), bench.Answering("C")];
        await bench.StartAsync(new Setup { Backends = [.. backends.Select(b => b.Member)], Policy = Policy.LeastConnections });
        List<Connection> clients = [];
        List<string> names = [];
        for (var i = 0; i < 30; i++)
        {
            clients.Add(await bench.ConnectAsync());
            names.Add(await clients[i].WhoAsync());
        }

        Assert.All(["A", "B", "C"], name => Assert.InRange(names.Count(n => n == name), 9, 11));
        clients.ForEach(client => client.Dispose());
    }

    [Theory]
    [Row(37, "300 clients, three backends at random", "each gets between 70 and 130")]
    public async Task Random_GivesSimilarShares(string balancer)
    {
        var names = await NamesAsync(balancer, Policy.Random, 300, 1, 1, 1);

        // Four standard deviations of a binomial distribution: one run in 10,000 is outside.
        Assert.All(["A", "B", "C"], name => Assert.InRange(names.Count(n => n == name), 67, 133));
    }

    [Theory]
    [Row(37, "20 clients of one address each, by source", "each address always has the same backend, and not all have the same one")]
    public async Task SourceHash_IsStable(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        Backend[] backends = [bench.Answering("A"), bench.Answering("B"), bench.Answering("C")];
        await bench.StartAsync(new Setup { Backends = [.. backends.Select(b => b.Member)], Policy = Policy.SourceHash });
        HashSet<string> all = [];
        for (var host = 0; host < 20; host++)
        {
            HashSet<string> names = [];
            for (var i = 0; i < 4; i++)
            {
                using var client = await bench.ConnectAsync($"127.0.{10 + host}.{1 + host}");
                names.Add(await client.WhoAsync());
            }

            Assert.Single(names);
            all.UnionWith(names);
        }

        Assert.True(all.Count > 1, "one backend has them all");
    }

    [Theory]
    [Row(37, "30 clients, weights 2 and 1", "twenty and ten")]
    public async Task Weights_AreKept(string balancer)
    {
        var names = await NamesAsync(balancer, Policy.RoundRobin, 30, 2, 1);

        Assert.InRange(names.Count(name => name == "A"), 19, 21);
    }

    [Theory]
    [Row(37, "a backup beside two others", "it gets clients only when the others are gone")]
    public async Task Backup_ServesOnlyWhenTheOthersAreGone(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var (a, b, c) = (bench.Answering("A"), bench.Answering("B"), bench.Answering("C"));
        Check check = new() { OfApiServer = false, Fall = 1 };
        await bench.StartAsync(new Setup { Backends = [a.Member, b.Member, c.Member with { Backup = true }], Check = check });
        Assert.DoesNotContain("C", await bench.AskAsync(12));

        await a.RefuseAsync();
        await b.RefuseAsync();

        await Eventually.HoldsAsync(async () => await bench.WhoIfAnybodyAsync() == "C", () => "the backup gets nobody");
    }

    private static async Task<IReadOnlyList<string>> NamesAsync(string balancer, Policy policy, int clients, params IReadOnlyList<int> weights)
    {
        await using var bench = await Bench.LayAsync(balancer);
        List<Member> members = [];
        foreach (var (i, weight) in weights.Index())
        {
            members.Add(bench.Answering(((char)('A' + i)).ToString()).Member with { Weight = weight });
        }

        await bench.StartAsync(new Setup { Backends = members, Policy = policy });
        return await bench.AskAsync(clients);
    }
}
