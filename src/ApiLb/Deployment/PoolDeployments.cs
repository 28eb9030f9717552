using ApiLb.Backends;
using ApiLb.Balancing;
using ApiLb.Configuration;
using ApiLb.Tcp;
using Microsoft.Extensions.Logging;

namespace ApiLb.Deployment;

/// <summary>All pools of the daemon. One caller at a time changes them; the lists may be read on any thread.</summary>
internal sealed class PoolDeployments
{
    private readonly PoolWatchers _watchers;
    private readonly HostWitnesses _witnesses;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly Dictionary<string, PoolDeployment> _byName;

    /// <param name="pools">Those to begin with, which <paramref name="watchers"/> follow already.</param>
    /// <param name="watchers">Told of every pool that comes or goes.</param>
    /// <param name="witnesses">What <paramref name="pools"/> share already.</param>
    /// <param name="time">The clock of everything that runs for a pool.</param>
    /// <param name="loggers">For one logger of each kind of part.</param>
    public PoolDeployments(LiveList<BackendPool> pools, PoolWatchers watchers, HostWitnesses witnesses, TimeProvider time, ILoggerFactory loggers)
    {
        Pools = pools;
        _watchers = watchers;
        _witnesses = witnesses;
        _time = time;
        _loggers = loggers;
        _byName = pools.ToDictionary(p => p.Name, Deploy, StringComparer.Ordinal);
        Rebalances = new LiveList<RebalanceService>(_byName.Values.Select(d => d.Rebalance));
    }

    public LiveList<BackendPool> Pools { get; }

    public LiveList<RebalanceService> Rebalances { get; }

    /// <summary>How clients find the backends of each pool.</summary>
    public IReadOnlyDictionary<string, BackendConnector> Connectors =>
        _byName.ToDictionary(p => p.Key, p => p.Value.Connector, StringComparer.Ordinal);

    /// <summary>How requests find them.</summary>
    public IReadOnlyDictionary<string, Balancer> Balancers =>
        _byName.ToDictionary(p => p.Key, p => p.Value.Balancer, StringComparer.Ordinal);

    /// <summary>Completes when every backend was checked once. Never fails.</summary>
    public Task FirstRoundCompleted => Task.WhenAll(_byName.Values.Select(d => d.FirstRoundCompleted));

    public void Start(ApiLbOptions configuration)
    {
        foreach (var deployment in _byName.Values)
        {
            deployment.Start(configuration);
        }
    }

    /// <summary>New pools begin and are checked, changed ones take their settings; nobody has left yet.</summary>
    public async Task BeginAsync(ReloadPlan plan, CancellationToken stop)
    {
        var changes = plan.ChangedPools.Select(c => _byName[c.Options.Name].ChangeAsync(c, plan.Target.Options, stop)).ToList();
        var firstRounds = plan.NewPools.Select(options => StartNew(options, plan.Target.Options).FirstRoundCompleted).ToList();
        await Task.WhenAll(changes);
        await Task.WhenAll(firstRounds).WaitAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Publish(plan.Target.Options);
    }

    /// <summary>Pools and members that are no longer configured leave. No new client may be sent to them any more.</summary>
    public async Task FinishAsync(ReloadPlan plan, CancellationToken stop)
    {
        foreach (var change in plan.ChangedPools)
        {
            await _byName[change.Options.Name].FinishAsync(change, stop);
        }

        foreach (var name in plan.GonePools)
        {
            _byName.Remove(name, out var gone);
            await gone!.DisposeAsync();
            gone.Pool.Retire();
            _watchers.Forget(gone.Pool);
        }
    }

    /// <summary>New clients are another process's: keeps up only what concerns the connections that live here.</summary>
    public Task RetireAsync() => Task.WhenAll(_byName.Values.Select(d => d.RetireAsync()));

    /// <summary>Ends all that keeps the pools true. Their connections live on.</summary>
    public Task StopAsync() => Task.WhenAll(_byName.Values.Select(d => d.DisposeAsync().AsTask()));

    private PoolDeployment StartNew(PoolOptions options, ApiLbOptions configuration)
    {
        var pool = new BackendPool(options, _time, _loggers.CreateLogger<BackendPool>(), _witnesses);
        _watchers.Watch(pool);
        var deployment = Deploy(pool);
        deployment.Start(configuration);
        _byName.Add(pool.Name, deployment);
        return deployment;
    }

    private PoolDeployment Deploy(BackendPool pool)
    {
        var deployment = new PoolDeployment(pool, _watchers.Connections, _time, _loggers);
        deployment.Rebalance.Closed += _watchers.Events.OnClosed;
        deployment.DiscoveryTold += _watchers.Events.OnDiscovery;
        return deployment;
    }

    private void Publish(ApiLbOptions configuration)
    {
        var deployments = configuration.Pools.Select(p => _byName[p.Name]).ToArray();
        Pools.Replace(deployments.Select(d => d.Pool));
        Rebalances.Replace(deployments.Select(d => d.Rebalance));
    }
}
