using ApiLb.Admin;
using ApiLb.Admin.HaProxy;
using ApiLb.Admission;
using ApiLb.Backends;
using ApiLb.Balancing;
using ApiLb.Configuration;
using ApiLb.Discovery;
using ApiLb.Etcd;
using ApiLb.Listening;
using ApiLb.Probing;
using ApiLb.Tcp;
using ApiLb.Telemetry;
using ApiLb.Transport;
using Microsoft.Extensions.Logging;

namespace ApiLb;

/// <summary>
/// The composition root: what the load balancer consists of, in the order in which it is built. Start once, stop once.
/// </summary>
internal sealed class Daemon : IAsyncDisposable
{
    private readonly ApiLbOptions _options;
    private readonly TimeProvider _time;
    private readonly TcpTransport _transport;
    private readonly DaemonMetrics _metrics;
    private readonly ConnectionLimit _limit;
    private readonly EventLog _events;
    private readonly EtcdGate? _etcdGate;
    private readonly DiscoveryService _discovery;
    private readonly NameResolutionService _names;
    private readonly SourcePortService _sourcePorts;
    private readonly ProbeService _probes;
    private readonly AdminServer _admin;
    private readonly RuntimeServer? _haproxy;
    private readonly ReactorProgress _progress;
    private readonly ClosingService _closing;
    private readonly RebalanceService[] _rebalances;
    private readonly CancellationTokenSource _background = new();
    private Task _running = Task.CompletedTask;
    private volatile bool _isAccepting;

    public Daemon(ApiLbOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        _options = options;
        _time = time;

        // Pools, and what keeps them true.
        Pools = [.. options.Pools.Select(p => new BackendPool(p, time, loggers.CreateLogger<BackendPool>()))];
        _discovery = new DiscoveryService(options, Pools, (pool, members) => pool.SetMembers(members), time, loggers);
        _names = new NameResolutionService(Pools, time, loggers.CreateLogger<NameResolutionService>());
        _probes = new ProbeService(Pools, time, loggers);
        Etcd = options.Etcd is { } etcd ? new EtcdMonitor(etcd, time, loggers) : null;
        _etcdGate = Etcd is null ? null : new EtcdGate(Etcd, Pools);

        // What is counted.
        var counters = options.Listeners.Select(l => new ListenerCounters(l.Name)).ToArray();
        _metrics = new DaemonMetrics(Pools, counters, time, Etcd is { } watched ? () => watched.Snapshot : null);
        _events = new EventLog(Pools, time);

        // Whom listeners take.
        _limit = DaemonLimit.Of(options.Limits, DescriptorLimit.Read(), loggers.CreateLogger<ConnectionLimit>());
        var admissions = options.Listeners.Select(l => new ListenerAdmission(l, _limit, time)).ToArray();
        AdmissionInstruments.AddTo(_metrics.Meter, _limit, admissions);
        _sourcePorts = new SourcePortService(_metrics.SourcePorts, time, loggers.CreateLogger<SourcePortService>());

        // The data plane.
        _transport = new TcpTransport(TransportOptionsOf(options.Transport), time, loggers);
        _progress = new ReactorProgress(_transport);
        _closing = new ClosingService(Pools, new PacedClose(_transport.RoundOverAsync, time), time, loggers.CreateLogger<ClosingService>());
        _closing.Closed += _events.OnClosed;
        _rebalances = [.. Pools.Select(p => new RebalanceService(p, time, loggers.CreateLogger<RebalanceService>()))];
        foreach (var rebalance in _rebalances)
        {
            rebalance.Closed += _events.OnClosed;
        }

        var connectors = Pools.ToDictionary(p => p.Name, p => new BackendConnector(new Balancer(p), _metrics.Connections, time));
        Listeners = [.. options.Listeners.Select((l, i) =>
        {
            var routes = new RouteTable(l, connectors, _metrics.Connections);
            var handler = new TcpProxyHandler(l, admissions[i], routes, counters[i], loggers.CreateLogger<TcpProxyHandler>());
            return new ListenerServer(l, handler, counters[i], _transport, loggers);
        })];

        // What operators see.
        _admin = new AdminServer(options.Admin, AdminSourcesOf(), time, loggers);
        var haproxy = HaproxySourcesOf();
        _haproxy = options.Admin.HaproxySocket is { } path ? new RuntimeServer(path, haproxy, time, loggers.CreateLogger<RuntimeServer>()) : null;
        _metrics.Appendix = options.Admin.HaproxyMetrics ? new ExporterView(haproxy).Write : null;
    }

    public IReadOnlyList<BackendPool> Pools { get; }

    public IReadOnlyList<ListenerServer> Listeners { get; }

    /// <summary>Ends established connections of backends.</summary>
    public ClosingService Closing => _closing;

    /// <summary>Watches etcd; null when it is not watched.</summary>
    public EtcdMonitor? Etcd { get; }

    /// <summary>Where metrics and health are served; null when they are not.</summary>
    public System.Net.IPEndPoint? AdminEndPoint => _admin.BoundEndPoint;

    /// <summary>The most client connections at once.</summary>
    public int MaxConnections => _limit.Maximum ?? int.MaxValue;

    /// <summary>Binds everything and waits for the first round of checks.</summary>
    /// <exception cref="IOException">An address or a permission cannot be had; the message names it and says why. Dispose the daemon.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        SourceAddress.RequirePermission(Pools);
        await _admin.StartAsync(cancellationToken);
        await (_haproxy?.StartAsync(cancellationToken) ?? Task.CompletedTask);
        var stop = _background.Token;
        _running = Task.WhenAll(
        [
            _discovery.RunAsync(stop), _names.RunAsync(stop), _probes.RunAsync(stop), Etcd?.RunAsync(stop) ?? Task.CompletedTask, _closing.RunAsync(stop),
            _sourcePorts.RunAsync(stop), .. _rebalances.Select(r => r.RunAsync(stop)),
        ]);
        foreach (var listener in Listeners)
        {
            await listener.StartAsync(cancellationToken);
        }

        _isAccepting = true;
        await _probes.FirstRoundCompleted.WaitAsync(cancellationToken);
    }

    /// <summary>
    /// Turns <c>/lb/readyz</c> red, stops accepting, lets connections finish until the grace is over, then cuts them.
    /// </summary>
    /// <param name="now">Fires when nothing is to be waited for any more.</param>
    public async Task StopAsync(CancellationToken now)
    {
        _admin.BeginShutdown();
        await Task.Delay(_options.Shutdown.Delay, _time, now).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _isAccepting = false;
        using var grace = new CancellationTokenSource(_options.Shutdown.Grace, _time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(grace.Token, now);
        await Task.WhenAll(Listeners.Select(l => l.StopAsync(end.Token)));
        await _background.CancelAsync();
        await _running;
        await _admin.StopAsync(CancellationToken.None);
    }

    /// <summary>True when every reactor came round since the last call: what the watchdog may report.</summary>
    public bool HasProgressed() => _progress.HasProgressed();

    /// <summary>One line for people: who is ready and how much is going on.</summary>
    public string Summary() => StatusLine.Of(Pools, [.. Listeners.Select(l => l.Counters)]);

    /// <summary>Frees everything, also after a start that failed half-way.</summary>
    public async ValueTask DisposeAsync()
    {
        await _background.CancelAsync();
        await _running;
        foreach (var listener in Listeners)
        {
            await listener.DisposeAsync();
        }

        await _admin.DisposeAsync();
        await (_haproxy?.DisposeAsync() ?? ValueTask.CompletedTask);
        _transport.Dispose();
        _metrics.Dispose();
        _events.Dispose();
        _etcdGate?.Dispose();
        _background.Dispose();
    }

    private static TcpTransportOptions TransportOptionsOf(TransportOptions options) =>
        options.Reactors is { } reactors ? new TcpTransportOptions { Reactors = reactors } : new TcpTransportOptions();

    private AdminSources AdminSourcesOf() => new()
    {
        Pools = Pools,
        Listeners = [.. Listeners.Select(l => new AdminListener(l.Options, l.Counters))],
        Metrics = _metrics,
        Etcd = Etcd,
        MaxConnections = MaxConnections,
        Events = _events,
        Rebalances = _rebalances,
        CanAccept = () => _isAccepting,
    };

    private RuntimeSources HaproxySourcesOf() => new()
    {
        Pools = Pools,
        Listeners = [.. Listeners.Select(l => new AdminListener(l.Options, l.Counters))],
        Lifetime = _metrics.Lifetime,
        MaxConnections = MaxConnections,
        Reactors = TransportOptionsOf(_options.Transport).Reactors,
        CanAccept = () => _isAccepting,
        Close = (backend, stop) => _closing.CloseAsync(backend, CloseReason.Drain, stop),
    };
}
