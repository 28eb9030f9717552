using ApiLb.Backends;
using ApiLb.Balancing;
using ApiLb.Configuration;
using ApiLb.Discovery;
using ApiLb.Probing;
using ApiLb.Tcp;
using ApiLb.Telemetry;
using Microsoft.Extensions.Logging;

namespace ApiLb.Deployment;

/// <summary>
/// One pool with all that keeps it true: checks, names, discovery, rebalancing, and the way clients find its backends. Starts,
/// changes and stops on its own. One caller at a time.
/// </summary>
internal sealed class PoolDeployment : IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private BackgroundLoop? _rebalancing;
    private BackgroundLoop? _resolving;
    private BackgroundLoop? _checking;
    private BackgroundLoop? _discovering;
    private DiscoveryService? _discovery;

    public PoolDeployment(BackendPool pool, ConnectionMetrics metrics, TimeProvider time, ILoggerFactory loggers)
    {
        Pool = pool;
        _time = time;
        _loggers = loggers;
        Balancer = new Balancer(pool);
        Connector = new BackendConnector(Balancer, metrics, time);
        Rebalance = new RebalanceService(pool, time, loggers.CreateLogger<RebalanceService>());
    }

    /// <inheritdoc cref="DiscoveryService.Told"/>
    public event Action<BackendPool, string>? DiscoveryTold;

    public BackendPool Pool { get; }

    /// <summary>Chooses among its backends.</summary>
    public Balancer Balancer { get; }

    /// <summary>How clients find its backends, for as long as the pool is configured.</summary>
    public BackendConnector Connector { get; }

    public RebalanceService Rebalance { get; }

    /// <summary>Completes when every first member was checked once, or checking has stopped. Never fails.</summary>
    public Task FirstRoundCompleted { get; private set; } = Task.CompletedTask;

    /// <param name="configuration">Of the daemon: its own addresses, and where discovered members are kept.</param>
    public void Start(ApiLbOptions configuration)
    {
        StartDiscovery(configuration);
        _resolving = new BackgroundLoop(new NameResolutionService(Pool, _time, _loggers.CreateLogger<NameResolutionService>()).RunAsync);
        StartChecks();
        _rebalancing = new BackgroundLoop(Rebalance.RunAsync);
    }

    /// <summary>Takes other settings. Members join, but none leaves before <see cref="FinishAsync"/>.</summary>
    public async Task ChangeAsync(PoolChange change, ApiLbOptions configuration, CancellationToken stop)
    {
        var options = change.Options;
        Pool.Change(options);
        Balancer.Change(options.Balance);
        if (change.RestartsChecks)
        {
            await DisposeAsync(_checking);
            StartChecks();
        }

        if (change.RestartsDiscovery)
        {
            await DisposeAsync(_discovering);
            StartDiscovery(configuration);
        }

        if (change.ChangesMembers)
        {
            Pool.SetMembers(Newcomers.Beside(Pool.Snapshot.Backends, options.Backends));
            await Newcomers.AreCheckedAsync(Pool, options.Backends, _time, stop);
        }
    }

    /// <summary>Lets those leave that are members no longer.</summary>
    public async Task FinishAsync(PoolChange change, CancellationToken stop)
    {
        if (Pool.Options.Discovery is null && (change.ChangesMembers || change.RestartsDiscovery))
        {
            Pool.SetMembers(change.Options.Backends);
        }
        else if (change.ChangesMembers && _discovery is not null)
        {
            await _discovery.RefreshAsync(stop);
        }
    }

    /// <summary>New clients are another process's: members come no more, and nobody is moved. Checks go on, for what still lives here.</summary>
    public async Task RetireAsync()
    {
        await DisposeAsync(_discovering);
        await DisposeAsync(_rebalancing);
        (_discovering, _rebalancing) = (null, null);
    }

    /// <summary>Ends all that keeps the pool true. Its connections live on.</summary>
    public async ValueTask DisposeAsync()
    {
        await DisposeAsync(_discovering);
        await DisposeAsync(_resolving);
        await DisposeAsync(_checking);
        await DisposeAsync(_rebalancing);
        (_discovering, _resolving, _checking, _rebalancing) = (null, null, null, null);
    }

    private void StartChecks()
    {
        var probes = new ProbeService([Pool], _time, _loggers);
        FirstRoundCompleted = probes.FirstRoundCompleted;
        _checking = new BackgroundLoop(probes.RunAsync);
    }

    private void StartDiscovery(ApiLbOptions configuration)
    {
        _discovery = new DiscoveryService(configuration, [Pool], (pool, members) => pool.SetMembers(members), _time, _loggers);
        _discovery.Told += (pool, text) => DiscoveryTold?.Invoke(pool, text);
        _discovering = new BackgroundLoop(_discovery.RunAsync);
    }

    private static ValueTask DisposeAsync(BackgroundLoop? loop) => loop?.DisposeAsync() ?? ValueTask.CompletedTask;
}
