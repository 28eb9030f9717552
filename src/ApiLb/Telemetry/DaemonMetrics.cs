using System.Diagnostics.Metrics;
using ApiLb.Backends;
using ApiLb.Etcd;

namespace ApiLb.Telemetry;

/// <summary>
/// The metrics of the daemon and their scrape. Two sets: what is recorded when it happens lives as long as the daemon; what is
/// observed at scrape time is set up anew when members have come or gone, because the SDK never forgets a series. Nothing is
/// lost by that: the values are the daemon's own. Thread-safe; scrapes run one at a time.
/// </summary>
internal sealed class DaemonMetrics : IDisposable
{
    private readonly SemaphoreSlim _scraping = new(1, 1);
    private readonly IReadOnlyList<BackendPool> _pools;
    private readonly IReadOnlyList<ListenerCounters> _listeners;
    private readonly Func<EtcdSnapshot>? _etcd;
    private readonly MetricSet _recorded;
    private readonly CheckMetrics _checks;
    private volatile IReadOnlyList<Action<Meter>> _observers = [];
    private IReadOnlyList<Action<Meter>> _observing = [];
    private MetricSet? _observed;
    private MemberNames _members;

    /// <param name="pools">Those that there are, however they change.</param>
    /// <param name="listeners">Likewise.</param>
    /// <param name="time">For the age of the process.</param>
    /// <param name="etcd">Null: etcd is not watched.</param>
    public DaemonMetrics(
        IReadOnlyList<BackendPool> pools, IReadOnlyList<ListenerCounters> listeners, TimeProvider time, Func<EtcdSnapshot>? etcd = null)
    {
        _pools = pools;
        _listeners = listeners;
        _etcd = etcd;
        _members = new MemberNames(pools, listeners);
        Lifetime = new ProcessLifetime(time);
        SourcePorts = new SourcePorts(pools, LocalPorts.Count);
        _recorded = new MetricSet(pools.Count + listeners.Count + pools.Sum(SeriesLimit.MembersOf));
        Connections = new ConnectionMetrics(_recorded.Meter);
        _checks = new CheckMetrics(_recorded.Meter, pools);
    }

    public ProcessLifetime Lifetime { get; }

    /// <summary>Backends by how much of the local port range they take.</summary>
    public SourcePorts SourcePorts { get; }

    /// <summary>Where connections record their histograms.</summary>
    public ConnectionMetrics Connections { get; }

    /// <summary>For instruments that record events.</summary>
    public Meter Meter => _recorded.Meter;

    /// <summary>Adds gauges and counters of what is not there from the start. One caller at a time.</summary>
    /// <param name="add">Adds them to a meter; called again for every new one.</param>
    public void Observe(Action<Meter> add) => _observers = [.. _observers, add];

    /// <summary>Counts the checks and changes of this pool too.</summary>
    public void Watch(BackendPool pool) => _checks.Watch(pool);

    public void Forget(BackendPool pool) => _checks.Forget(pool);

    /// <summary>More families, which another system's dashboards know; added to every scrape. Set before the first one.</summary>
    public Func<byte[]>? Appendix { get; set; }

    /// <summary>All metrics now, as <see cref="PrometheusText.ContentType"/>.</summary>
    /// <exception cref="InvalidOperationException">The SDK could not collect in time.</exception>
    public async Task<byte[]> ScrapeAsync(CancellationToken cancellation)
    {
        await _scraping.WaitAsync(cancellation);
        try
        {
            return [.. ObservedNow().Scrape(), .. _recorded.Scrape(_members.Has), .. Appendix?.Invoke() ?? []];
        }
        finally
        {
            _scraping.Release();
        }
    }

    public void Dispose()
    {
        _checks.Dispose();
        _observed?.Dispose();
        _recorded.Dispose();
        _scraping.Dispose();
    }

    private MetricSet ObservedNow()
    {
        var members = new MemberNames(_pools, _listeners);
        var observers = _observers;
        if (_observed is null || !members.AreSame(_members) || observers != _observing)
        {
            _observing = observers;
            _observed?.Dispose();
            _observed = NewObserved(members);
            _members = members;
        }

        return _observed;
    }

    private MetricSet NewObserved(MemberNames members)
    {
        var observed = new MetricSet(members.Count + (_etcd?.Invoke().Members.Count ?? 0));
        var meter = observed.Meter;
        ProcessInstruments.AddTo(meter, Lifetime);
        ListenerInstruments.AddTo(meter, _listeners);
        new BackendInstruments(_pools, SourcePorts).AddTo(meter);
        if (_etcd is not null)
        {
            new EtcdInstruments(_etcd).AddTo(meter);
        }

        new FactInstruments(_pools).AddTo(meter);
        DiscoveryInstruments.AddTo(meter, _pools);
        foreach (var add in _observing)
        {
            add(meter);
        }

        return observed;
    }
}
