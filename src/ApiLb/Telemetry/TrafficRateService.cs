using ApiLb.Backends;

namespace ApiLb.Telemetry;

/// <summary>Looks at the counters of backends and listeners once a second and tells the mean of the last ten. Run once; anyone reads.</summary>
/// <param name="pools">Those that there are, however they change.</param>
/// <param name="listeners">Likewise.</param>
/// <param name="time">For intervals.</param>
internal sealed class TrafficRateService(IReadOnlyList<BackendPool> pools, Func<IEnumerable<ListenerCounters>> listeners, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly Dictionary<Backend, Meters> _meters = [];
    private readonly Dictionary<ListenerCounters, RateMeter> _accepts = [];
    private volatile IReadOnlyDictionary<Backend, TrafficRates> _rates = new Dictionary<Backend, TrafficRates>();
    private volatile IReadOnlyDictionary<ListenerCounters, double> _acceptRates = new Dictionary<ListenerCounters, double>();

    /// <summary>Zero for a backend that nobody has looked at yet.</summary>
    public TrafficRates Of(Backend backend) => _rates.GetValueOrDefault(backend);

    /// <summary>Clients that a listener took in a second; zero for one that nobody has looked at yet.</summary>
    public double Of(ListenerCounters listener) => _acceptRates.GetValueOrDefault(listener);

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Look();
            await Task.Delay(Interval, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Look()
    {
        var now = time.GetElapsedTime(0);
        Follow(_meters, pools.SelectMany(p => p.Snapshot.Backends), () => new Meters());
        Follow(_accepts, listeners(), () => new RateMeter(Window));
        _rates = _meters.ToDictionary(m => m.Key, m => m.Value.Sample(now, m.Key.Counters));
        _acceptRates = _accepts.ToDictionary(m => m.Key, m => m.Value.Sample(now, m.Key.Accepted));
    }

    private static void Follow<TCounted, TMeter>(Dictionary<TCounted, TMeter> meters, IEnumerable<TCounted> now, Func<TMeter> create)
        where TCounted : class
    {
        var counted = now.ToHashSet();
        foreach (var gone in meters.Keys.Except(counted).ToList())
        {
            meters.Remove(gone);
        }

        foreach (var one in counted.Except(meters.Keys).ToList())
        {
            meters.Add(one, create());
        }
    }

    private sealed class Meters
    {
        private readonly RateMeter _connections = new(Window);
        private readonly RateMeter _toBackend = new(Window);
        private readonly RateMeter _toClient = new(Window);

        public TrafficRates Sample(TimeSpan now, BackendCounters counters) => new(
            _connections.Sample(now, counters.Connections), _toBackend.Sample(now, counters.BytesToBackend), _toClient.Sample(now, counters.BytesToClient));
    }
}
