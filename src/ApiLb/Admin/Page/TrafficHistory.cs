using ApiLb.Backends;
using ApiLb.Telemetry;

namespace ApiLb.Admin.Page;

/// <summary>
/// The last ten minutes of every backend and listener, in memory: one look at their counters every five seconds. About 4 KiB for
/// each. Run once; anyone reads.
/// </summary>
/// <param name="pools">Those that there are, however they change.</param>
/// <param name="listeners">Likewise.</param>
/// <param name="time">For intervals.</param>
internal sealed class TrafficHistory(IReadOnlyList<BackendPool> pools, Func<IEnumerable<ListenerCounters>> listeners, TimeProvider time)
{
    public const int Points = 120;

    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private volatile IReadOnlyDictionary<(string Pool, string Backend), BackendHistory> _backends = new Dictionary<(string, string), BackendHistory>();
    private volatile IReadOnlyDictionary<string, Ring<double?>> _listeners = new Dictionary<string, Ring<double?>>();

    /// <summary>Null for a backend that nobody has looked at yet.</summary>
    public BackendHistory? Of(string pool, string backend) => _backends.GetValueOrDefault((pool, backend));

    /// <summary>Open client connections of a listener, the oldest first.</summary>
    public IReadOnlyList<double?> Of(string listener) => _listeners.GetValueOrDefault(listener)?.ToArray() ?? [];

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Look();
            await Task.Delay(Interval, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One look; <see cref="RunAsync"/> takes one every five seconds.</summary>
    public void Look()
    {
        // Who has left is left out, so that names which come and go do not pile up.
        var backends = new Dictionary<(string, string), BackendHistory>();
        foreach (var backend in pools.SelectMany(p => p.Snapshot.Backends))
        {
            var history = Of(backend.Pool, backend.Name) ?? new BackendHistory();
            history.Look(backend);
            backends[(backend.Pool, backend.Name)] = history;
        }

        var open = new Dictionary<string, Ring<double?>>();
        foreach (var listener in listeners())
        {
            var ring = _listeners.GetValueOrDefault(listener.Name) ?? new Ring<double?>(Points);
            ring.Add(listener.Active);
            open[listener.Name] = ring;
        }

        _backends = backends;
        _listeners = open;
    }
}
