using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Transport;

namespace ApiLb.Balancing;

/// <summary>A pool's way to choose backends for new connections. Thread-safe.</summary>
internal sealed class Balancer(BackendPool pool)
{
    private volatile IBalancePolicy _policy = PolicyOf(pool.Options.Balance);

    public BackendPool Pool { get; } = pool;

    /// <summary>Chooses by another policy from now on.</summary>
    public void Change(BalancePolicy balance) => _policy = PolicyOf(balance);

    /// <summary>The backends to try for one client, best first. Takes the pool's snapshot once.</summary>
    public Candidates CandidatesFor(in ClientAddress client)
    {
        var context = new PickContext(Hash64.Mix(client.High ^ Hash64.Mix(client.Low)), Pool.Now);
        var snapshot = Pool.Snapshot;
        return new Candidates(snapshot, _policy, context, Pool.Options.PreferLocal ? snapshot.ReadyAt(client) : null);
    }

    private static IBalancePolicy PolicyOf(BalancePolicy balance) => balance switch
    {
        BalancePolicy.RoundRobin => new RoundRobinPolicy(),
        BalancePolicy.Random => new RandomPolicy(),
        BalancePolicy.SourceHash => new SourceHashPolicy(),
        BalancePolicy.First => new FirstPolicy(),
        _ => new LeastConnectionsPolicy(),
    };
}
