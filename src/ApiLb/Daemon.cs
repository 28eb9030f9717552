using ApiLb.Admin;
using ApiLb.Admin.HaProxy;
using ApiLb.Admission;
using ApiLb.Backends;
using ApiLb.Balancing;
using ApiLb.Configuration;
using ApiLb.Configuration.Changes;
using ApiLb.Deployment;
using ApiLb.Etcd;
using ApiLb.Listening;
using ApiLb.Operators;
using ApiLb.Probing;
using ApiLb.Telemetry;
using ApiLb.Telemetry.Otlp;
using ApiLb.Transport;
using ApiLb.Upgrade;
using Microsoft.Extensions.Logging;

namespace ApiLb;

/// <summary>
/// The composition root: what the load balancer consists of, in the order in which it is built. Start once, stop once; what
/// comes and goes with the configuration is in Deployment.
/// </summary>
internal sealed class Daemon : IAsyncDisposable
{
    private readonly ApiLbOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _limitLogger;
    private readonly TcpTransport _transport;
    private readonly OtlpExport? _otlp;
    private readonly DaemonMetrics _metrics;
    private readonly ConnectionLimit _limit;
    private readonly EventLog _events;
    private readonly EtcdGate? _etcdGate;
    private readonly SourcePortService _sourcePorts;
    private readonly PoolDeployments _pools;
    private readonly ListenerDeployments _listeners;
    private readonly RunningConfiguration _configuration;
    private readonly ReloadCounters _reloads;
    private readonly AdminDoors _admin;
    private readonly ReactorProgress _progress;
    private readonly IDisposable? _stall;
    private readonly ClosingService _closing;
    private readonly OperatorDesk _operators;
    private readonly Takeover? _takeover;
    private readonly CancellationTokenSource _background = new();
    private Task _running = Task.CompletedTask;
    private volatile bool _isAccepting;

    /// <param name="options">What to run.</param>
    /// <param name="time">The clock of everything.</param>
    /// <param name="loggers">For everything.</param>
    /// <param name="terms">What it has from outside; null: nothing.</param>
    public Daemon(ApiLbOptions options, TimeProvider time, ILoggerFactory loggers, DaemonTerms? terms = null)
    {
        terms ??= new DaemonTerms();
        _options = options;
        _time = time;

        // Pools, and what they depend on.
        var witnesses = new HostWitnesses(OwnLink.IsOwn);
        var pools = new LiveList<BackendPool>(options.Pools.Select(p => new BackendPool(p, time, loggers.CreateLogger<BackendPool>(), witnesses)));
        Etcd = options.Etcd is { } etcd ? new EtcdMonitor(etcd, time, loggers) : null;
        _etcdGate = Etcd is null ? null : new EtcdGate(Etcd, pools);

        // Whom listeners take.
        _limitLogger = loggers.CreateLogger<ConnectionLimit>();
        _limit = new ConnectionLimit(DaemonLimit.Of(options.Limits, DescriptorLimit.Read(), _limitLogger));

        // What is counted.
        var counters = new LiveList<ListenerCounters>([]);
        _otlp = options.Otlp is { } collector ? new OtlpExport(collector, loggers, terms.LastWords) : null;
        _metrics = new DaemonMetrics(pools, counters, time, Etcd is { } watched ? () => watched.Snapshot : null, _otlp?.NewMetrics);
        _events = new EventLog(pools, time);
        _reloads = new ReloadCounters(time);
        _sourcePorts = new SourcePortService(_metrics.SourcePorts, time, loggers.CreateLogger<SourcePortService>());

        // The data plane.
        _transport = new TcpTransport(ListenerDeployments.TransportOptionsOf(options.Transport), time, loggers, terms.Predecessor?.Listeners ?? terms.Inherited);
        _progress = new ReactorProgress(_transport);
        _stall = ReactorStall.FromEnvironment(_transport);
        _closing = new ClosingService(pools, new PacedClose(_transport.RoundOverAsync, time), time, loggers.CreateLogger<ClosingService>());
        _closing.Closed += _events.OnClosed;

        // What operators say.
        _operators = new OperatorDesk(pools, new OrderBook(options.StateDirectory, loggers.CreateLogger<OrderBook>()), time, loggers.CreateLogger<OperatorDesk>());

        // The daemons before and after this one.
        _takeover = terms.Predecessor is { } predecessor ? new Takeover(predecessor, pools, _operators, Predecessors) : null;
        Upgrade = new UpgradeService(terms.Upgrade, HandoverSourcesOf(pools), time, loggers.CreateLogger<UpgradeService>());

        // What comes and goes with the configuration.
        _pools = new PoolDeployments(pools, new PoolWatchers(_metrics, _events, _closing, _operators), witnesses, time, loggers);
        _listeners = new ListenerDeployments(_transport, _limit, _metrics, time, loggers) { Counters = counters };
        _configuration = new RunningConfiguration(_pools, _listeners, Adopt);
        Reload = new ReloadService(
            terms.Reload ?? ReloadTerms.None, _configuration, new ReloadImpact(pools, counters), _reloads, loggers.CreateLogger<ReloadService>());

        // What operators see.
        _metrics.Observe(meter => AdmissionInstruments.AddTo(meter, _limit, _listeners.Admissions, () => _transport.AcceptPauses));
        _metrics.Observe(meter => BalanceInstruments.AddTo(meter, pools));
        _metrics.Observe(_reloads.AddTo);
        _metrics.Observe(meter => _otlp?.Counters.AddTo(meter));
        _metrics.Observe(Predecessors.AddTo);
        var sockets = new AdminSockets(terms.Predecessor?.Admin);
        var server = new AdminServer(options.Admin, AdminSourcesOf(), time, loggers, sockets: sockets);
        var haproxy = HaproxySourcesOf();
        var runtime = options.Admin.HaproxySocket is { } path ? new RuntimeServer(path, haproxy, sockets, time, loggers.CreateLogger<RuntimeServer>()) : null;
        _admin = new AdminDoors(server, runtime, sockets, time);
        _metrics.Appendix = options.Admin.HaproxyMetrics ? new ExporterView(haproxy).Write : null;
    }

    public IReadOnlyList<BackendPool> Pools => _pools.Pools;

    public IReadOnlyList<ListenerServer> Listeners => _listeners.Listeners;

    /// <summary>Makes another configuration run.</summary>
    public ReloadService Reload { get; }

    /// <summary>Puts another process in the place of this one.</summary>
    public UpgradeService Upgrade { get; }

    /// <summary>Daemons before this one that still serve connections.</summary>
    public Predecessors Predecessors { get; } = new();

    /// <summary>Client connections that are open.</summary>
    public int Connections => _limit.InUse;

    /// <summary>How long established connections may live on when the daemon stops.</summary>
    public TimeSpan Grace => _configuration.Current.Options.Shutdown.Grace;

    /// <summary>Ends established connections of backends.</summary>
    public ClosingService Closing => _closing;

    /// <summary>Watches etcd; null when it is not watched.</summary>
    public EtcdMonitor? Etcd { get; }

    /// <summary>Where metrics and health are served; null when they are not.</summary>
    public System.Net.IPEndPoint? AdminEndPoint => _admin.BoundEndPoint;

    /// <summary>The most client connections at once.</summary>
    public int MaxConnections => _limit.Maximum ?? int.MaxValue;

    /// <summary>
    /// Binds everything and waits for the first round of checks. In the place of another daemon it takes nobody before that
    /// round, and before the other one lets it. Cancelled when it serves already, it returns: its clients are owed an orderly stop.
    /// </summary>
    /// <exception cref="IOException">An address or a permission cannot be had; the message names it and says why. Dispose the daemon.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var loading = Task.Run(() => LoadedConfiguration.OfAsync(_options, cancellationToken), cancellationToken);
        await _operators.RestoreAsync(cancellationToken);
        await _admin.BindAsync(cancellationToken);
        var stop = _background.Token;
        _running = Task.WhenAll(Etcd?.RunAsync(stop) ?? Task.CompletedTask, _closing.RunAsync(stop), _sourcePorts.RunAsync(stop), _operators.RunAsync(stop), _otlp?.RunAsync(_metrics.Push, stop) ?? Task.CompletedTask);
        await _configuration.BindAsync(await loading);
        await (_takeover?.ReadyAsync(_pools.FirstRoundCompleted, cancellationToken) ?? Task.CompletedTask);

        // Clients first: opening the doors of operators takes a while, and whoever knocks meanwhile waits in the kernel's queue.
        await _configuration.ServeAsync();
        _isAccepting = true;
        await _admin.OpenAsync(CancellationToken.None);
        await (_takeover?.ServingAsync(cancellationToken) ?? Task.CompletedTask);
        _admin.Claim();
        _transport.CloseUnclaimed();
        await _pools.FirstRoundCompleted.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>
    /// Turns <c>/lb/readyz</c> red, stops accepting, lets connections finish until the grace is over, then cuts them.
    /// </summary>
    /// <param name="now">Fires when nothing is to be waited for any more.</param>
    public async Task StopAsync(CancellationToken now)
    {
        await Reload.DisposeAsync();
        var shutdown = _configuration.Current.Options.Shutdown;
        _admin.BeginShutdown();
        await Task.Delay(shutdown.Delay, _time, now).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _isAccepting = false;
        using var grace = new CancellationTokenSource(shutdown.Grace, _time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(grace.Token, now);
        await _listeners.StopAsync(end.Token);
        await StopBackgroundAsync();
        await _admin.StopAsync(CancellationToken.None);
    }

    /// <summary>Another daemon has taken over: serves the connections that it has until they end.</summary>
    /// <param name="deadline">Fires when those that still live are to be closed, at a pace.</param>
    /// <param name="now">Fires when they are to be cut at once.</param>
    public async Task DrainAsync(CancellationToken deadline, CancellationToken now)
    {
        await _pools.RetireAsync();
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(now);
        var ended = _listeners.StopAsync(cut.Token);
        await _admin.CloseAsync(now);
        await ended.WaitAsync(deadline).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _closing.CloseAllAsync(CloseReason.Shutdown, now);
        await cut.CancelAsync();
        await ended;
        await StopBackgroundAsync();
    }

    /// <summary>True when every reactor came round since the last call: what the watchdog may report.</summary>
    public bool HasProgressed() => _progress.HasProgressed();

    /// <summary>One line for people: who is ready, how much is going on, and whether the file is what runs.</summary>
    public string Summary() => StatusLine.Of(Pools, _listeners.Counters) + (_reloads.HasFailed ? "; the last reload FAILED" : "");

    /// <summary>Frees everything, also after a start that failed half-way.</summary>
    public async ValueTask DisposeAsync()
    {
        await Reload.DisposeAsync();
        await StopBackgroundAsync();
        await _configuration.DisposeAsync();
        await _listeners.DisposeAsync();
        await _admin.DisposeAsync();
        _stall?.Dispose();
        _takeover?.Dispose();
        Predecessors.Dispose();
        Upgrade.Dispose();
        _transport.Dispose();
        await (_otlp?.DisposeAsync() ?? ValueTask.CompletedTask);
        _metrics.Dispose();
        _events.Dispose();
        _operators.Dispose();
        _etcdGate?.Dispose();
        _background.Dispose();
    }

    /// <summary>Another daemon accepts from now on.</summary>
    private async Task LeaveAsync()
    {
        await Reload.CloseAsync();
        _admin.Leave();
        await _listeners.LeaveAsync();
    }

    private async Task StopBackgroundAsync()
    {
        await _pools.StopAsync();
        await _background.CancelAsync();
        await _running;
    }

    /// <summary>The settings of the daemon as a whole that change while it runs.</summary>
    private void Adopt(ApiLbOptions options)
    {
        _limit.Maximum = DaemonLimit.Of(options.Limits, DescriptorLimit.Read(), _limitLogger);
        _etcdGate?.Refresh();
    }

    private AdminSources AdminSourcesOf() => new()
    {
        Pools = Pools,
        Listeners = _listeners.AdminListeners,
        Metrics = _metrics,
        Etcd = Etcd,
        MaxConnections = () => MaxConnections,
        Events = _events,
        Rebalances = _pools.Rebalances,
        Operators = _operators,
        Kill = _closing.Kill,
        CanAccept = () => _isAccepting,
        Reloads = _reloads,
        Upgrade = Upgrade.UpgradeAsync,
        Predecessors = () => Predecessors.Statuses,
        Reload = isDry => isDry ? Reload.PreviewAsync() : Reload.ReloadAsync(),
    };

    private HandoverSources HandoverSourcesOf(IReadOnlyList<BackendPool> pools) => new()
    {
        Listeners = () => _listeners.Sockets,
        Admin = () => _admin.Descriptors,
        Pools = pools,
        Operators = _operators,
        Predecessors = Predecessors,
        Connections = () => Connections,
        PauseReloads = async cancellation => await Reload.PauseAsync(cancellation),
        LeaveAsync = LeaveAsync,
    };

    private RuntimeSources HaproxySourcesOf() => new()
    {
        Pools = Pools,
        Listeners = _listeners.AdminListeners,
        Lifetime = _metrics.Lifetime,
        MaxConnections = () => MaxConnections,
        Reactors = ListenerDeployments.TransportOptionsOf(_options.Transport).Reactors,
        CanAccept = () => _isAccepting,
        Operators = _operators,
        Kill = _closing.Kill,
    };
}
