using ApiLb.Backends;

namespace ApiLb.Telemetry;

/// <summary>Looks at the counters of all backends once a second and tells the mean of the last ten. Run once; anyone reads.</summary>
internal sealed class TrafficRateService(IReadOnlyList<BackendPool> pools, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly Dictionary<Backend, Meters> _meters = [];
    private volatile IReadOnlyDictionary<Backend, TrafficRates> _rates = new Dictionary<Backend, TrafficRates>();

    /// <summary>Zero for a backend that nobody has looked at yet.</summary>
    public TrafficRates Of(Backend backend) => _rates.GetValueOrDefault(backend);

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
        var backends = pools.SelectMany(p => p.Snapshot.Backends).ToHashSet();
        foreach (var gone in _meters.Keys.Except(backends).ToList())
        {
            _meters.Remove(gone);
        }

        foreach (var backend in backends)
        {
            _meters.TryAdd(backend, new Meters());
        }

        _rates = _meters.ToDictionary(m => m.Key, m => m.Value.Sample(now, m.Key.Counters));
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
