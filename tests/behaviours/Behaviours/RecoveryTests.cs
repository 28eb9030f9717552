using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Balancers;
using ApiLb.BehaviourTests.Rows;
using Xunit;

namespace ApiLb.BehaviourTests.Behaviours;

/// <summary>A backend that was dead comes back.</summary>
public sealed class RecoveryTests
{
    private const int Before = 20;

    private static readonly TimeSpan SlowStart = TimeSpan.FromSeconds(6);

    [Theory]
    [Row(36, "a dead backend comes back, while the other has 20 clients that stay", "it gets new clients after `rise` checks (3) and not before; not all at once, but as its share grows (slow start, 6 s), until both have as many; the other's clients stay where they are", Needs = Feature.Checks)]
    public async Task BackendRecovers_GetsItsShareWithoutAStampede(string balancer)
    {
        await using var bench = await Bench.LayAsync(balancer);
        var (a, b) = (bench.ApiServer("A"), bench.ApiServer("B"));
        await bench.StartAsync(new Setup { Backends = [a.Member, b.Member], Tls = true, Policy = Policy.LeastConnections, Check = new Check { Rise = 3, SlowStart = SlowStart, Timeout = TimeSpan.FromSeconds(10) } });
        a.Backend.ResetAll();
        await a.Backend.RefuseAsync();
        await bench.IsDownAsync();
        Population clients = new(bench);
        await clients.GrowAsync(Before);
        Assert.Equal((0, Before), (clients.OnA, clients.OnB));

        var (checks, began) = (a.Checks, TimeProvider.System.GetTimestamp());
        a.Backend.Listen();
        await Eventually.HoldsAsync(async () => (await bench.AskAsync(1, tls: true))[0] == "A", () => "A gets nobody");
        Assert.InRange(a.Checks - checks, 3, int.MaxValue);

        await clients.GrowAsync(Before);
        var share = Math.Min(1, (TimeProvider.System.GetElapsedTime(began) / SlowStart) + 0.1);
        Remark.Say($"{clients.OnA} of the first {Before}");
        Assert.InRange(clients.OnA, 0, (share * clients.OnB) + 2);
        await Eventually.HoldsAsync(
            async () =>
            {
                await clients.GrowAsync(1);
                await Eventually.PauseAsync(100);
                return clients.OnA >= clients.OnB;
            },
            () => $"A has {clients.OnA}, B {clients.OnB}",
            TimeSpan.FromSeconds(30));
        await clients.AreWhereTheyWereAsync();
    }

    /// <summary>Clients that stay connected.</summary>
    private sealed class Population(Bench bench)
    {
        private readonly List<(TlsClient Client, string Name)> _clients = [];

        public int OnA => _clients.Count(client => client.Name == "A");

        public int OnB => _clients.Count(client => client.Name == "B");

        public async Task GrowAsync(int more)
        {
            for (var i = 0; i < more; i++)
            {
                var client = await bench.ConnectTlsAsync();
                _clients.Add((client, await client.WhoAsync()));
            }
        }

        /// <summary>All of them are served as before, and leave.</summary>
        public async Task AreWhereTheyWereAsync()
        {
            foreach (var (client, name) in _clients)
            {
                Assert.Equal(name, await client.WhoAsync());
                client.Dispose();
            }
        }
    }
}
