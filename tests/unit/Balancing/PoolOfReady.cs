using ApiLb.Backends;
using ApiLb.Balancing;
using ApiLb.Configuration;
using ApiLb.Health;
using Microsoft.Extensions.Logging.Abstractions;

namespace ApiLb.UnitTests.Balancing;

/// <summary>A pool whose backends are named a, b, c ..., and are ready until a test says otherwise.</summary>
internal sealed class PoolOfReady
{
    public static readonly TimeSpan SlowStart = TimeSpan.FromSeconds(30);

    public PoolOfReady(BalancePolicy policy, params int[] weights)
        : this(policy, new RebalanceOptions(), weights)
    {
    }

    public PoolOfReady(BalancePolicy policy, RebalanceOptions rebalance, params int[] weights)
        : this(policy, rebalance, prefersLocal: false, weights)
    {
    }

    private PoolOfReady(BalancePolicy policy, RebalanceOptions rebalance, bool prefersLocal, int[] weights)
    {
        Pool = new BackendPool(
            new PoolOptions
            {
                Name = "control-plane",
                Balance = policy,
                PreferLocal = prefersLocal,
                Rebalance = rebalance,
                Health = new HealthOptions { Type = HealthCheckType.Tcp, Fall = 1, Rise = 1, SlowStart = SlowStart },
                Backends = [.. weights.Select((weight, i) => new BackendOptions
                {
                    Name = ((char)('a' + i)).ToString(),
                    Address = new BackendAddress($"10.0.0.{i + 1}", 6443),
                    Weight = weight,
                })],
            },
            Time,
            NullLogger<BackendPool>.Instance);
        foreach (var backend in Pool.Snapshot.Backends)
        {
            Report(backend.Name, HealthEvidence.Ready);
        }

        Balancer = new Balancer(Pool);
    }

    public FakeTime Time { get; } = new();

    public BackendPool Pool { get; }

    public Balancer Balancer { get; }

    public Backend this[string name] => Pool.Snapshot.Backends.Single(b => b.Name == name);

    public static PoolOfReady Even(BalancePolicy policy, int backends) => new(policy, [.. Enumerable.Repeat(1, backends)]);

    /// <summary>Client number 1 is on a's host, number 2 on b's, and so on; for the others the first of the file is the first.</summary>
    public static PoolOfReady PreferringLocal(int backends) => new(BalancePolicy.First, new RebalanceOptions(), prefersLocal: true, [.. Enumerable.Repeat(1, backends)]);

    public void Report(string backend, HealthEvidence evidence) =>
        Pool.Report(this[backend], new HealthReport(evidence, HealthCause.Passed, "test"));

    /// <summary>Dead, and back: it warms up from now on.</summary>
    public void Revive(string backend)
    {
        Report(backend, HealthEvidence.Unreachable);
        Report(backend, HealthEvidence.Ready);
    }

    public Backend? Pick(uint client = 0) => Balancer.CandidatesFor(Clients.Numbered(client)).Next();

    /// <summary>The names of so many picks, one client after the other; nobody's connections last.</summary>
    public string Picks(int count) => string.Concat(Enumerable.Range(0, count).Select(i => Pick((uint)i)!.Name));

    /// <summary>Connections that stay, placed one after the other: how many each backend has then.</summary>
    public IReadOnlyDictionary<string, long> Fill(int connections)
    {
        for (var i = 0; i < connections; i++)
        {
            _ = Pick((uint)i)!.TryEnter();
        }

        return Pool.Snapshot.Backends.ToDictionary(b => b.Name, b => b.Counters.Active);
    }

    /// <summary>The order in which one client would try the backends.</summary>
    public string Order(uint client = 0)
    {
        var candidates = Balancer.CandidatesFor(Clients.Numbered(client));
        var order = "";
        while (candidates.Any && candidates.Next() is { } backend)
        {
            order += backend.Name;
        }

        return order;
    }
}
