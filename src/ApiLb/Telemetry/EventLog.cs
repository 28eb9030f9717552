using System.Collections.Concurrent;
using ApiLb.Backends;
using ApiLb.Health;

namespace ApiLb.Telemetry;

/// <summary>
/// What happened lately, for whoever asks why: the last thousand events, and the last checks of every backend. In memory only.
/// Listens to the pools until disposed. Thread-safe.
/// </summary>
internal sealed class EventLog : IDisposable
{
    private const int EventsKept = 1000;
    private const int ProbesKept = 10;

    private readonly IReadOnlyList<BackendPool> _pools;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Ring<DaemonEvent> _events = new(EventsKept);
    private readonly ConcurrentDictionary<Backend, Ring<ProbeResult>> _probes = new();
    private long _lastId;

    public EventLog(IReadOnlyList<BackendPool> pools, TimeProvider time)
    {
        _pools = pools;
        _time = time;

        // Whoever follows the events goes on after a restart where it was.
        _lastId = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var pool in pools)
        {
            Watch(pool);
        }
    }

    /// <summary>The oldest first.</summary>
    public IReadOnlyList<DaemonEvent> Events => _events.ToArray();

    /// <summary>The last checks of a backend, the oldest first.</summary>
    public IReadOnlyList<ProbeResult> ProbesOf(Backend backend) => _probes.TryGetValue(backend, out var ring) ? ring.ToArray() : [];

    /// <summary>An operator did something to a backend that is no order to keep.</summary>
    public void OnOperator(Backend backend, string what) => Add(backend, EventKind.Operator, what);

    public void OnClosed(Backend backend, int count, CloseReason reason) =>
        Add(backend, EventKind.Closed, $"{count} established connections closed: {EnumLabel.Snake(reason)}");

    public void OnDiscovery(BackendPool pool, string text) => Add(pool.Name, null, EventKind.Discovery, text);

    public void Add(string pool, string? backend, EventKind kind, string text)
    {
        lock (_lock)
        {
            _events.Add(new DaemonEvent(++_lastId, _time.GetUtcNow(), pool, backend, kind, text));
        }
    }

    public void Dispose()
    {
        foreach (var pool in _pools)
        {
            Forget(pool);
        }
    }

    /// <summary>Writes down what happens to this pool too.</summary>
    public void Watch(BackendPool pool)
    {
        pool.Transitioned += OnTransitioned;
        pool.ModeChanged += OnModeChanged;
        pool.WeightChanged += OnWeightChanged;
        pool.AlarmChanged += OnAlarmChanged;
        pool.Added += OnAdded;
        pool.Removed += OnRemoved;
        pool.Probed += OnProbed;
    }

    /// <summary>Listens no longer; what was written down stays.</summary>
    public void Forget(BackendPool pool)
    {
        pool.Transitioned -= OnTransitioned;
        pool.ModeChanged -= OnModeChanged;
        pool.WeightChanged -= OnWeightChanged;
        pool.AlarmChanged -= OnAlarmChanged;
        pool.Added -= OnAdded;
        pool.Removed -= OnRemoved;
        pool.Probed -= OnProbed;
    }

    private void OnTransitioned(BackendTransition transition)
    {
        var (from, to) = transition.Transition;
        var silent = to is { Status: HealthStatus.Dead, IsSilent: true } ? ", silent" : "";
        Add(transition.Backend, EventKind.State, $"{EnumLabel.Snake(from)} -> {EnumLabel.Snake(to.Status)}{silent}: {to.Detail}");
    }

    private void OnModeChanged(Backend backend)
    {
        var word = EnumLabel.Snake(backend.Mode);
        Add(backend, EventKind.Operator, backend.ModeOrder.Terms is { } terms ? $"{word}{Signed(terms)}" : $"asked for {word}");
    }

    private void OnWeightChanged(Backend backend) => Add(
        backend, EventKind.Operator, $"weight {backend.Weight}{(backend.WeightOrder is { } order ? Signed(order.Terms) : "")}");

    private static string Signed(OrderTerms terms) => $" by {terms.By}{(terms.Until is { } until ? $", until {until:u}" : "")}";

    private void OnAlarmChanged(BackendPool pool, PoolAlarm alarm) =>
        Add(pool.Name, null, EventKind.Alarm, alarm == PoolAlarm.None ? "over" : EnumLabel.Snake(alarm));

    private void OnAdded(Backend backend) => Add(backend, EventKind.Member, $"joined the pool at {backend.Options.Address}");

    private void OnRemoved(Backend backend)
    {
        _probes.TryRemove(backend, out _);
        Add(backend, EventKind.Member, $"left the pool with {backend.Counters.Active} connections");
    }

    private void OnProbed(Backend backend, ProbeResult result)
    {
        if (!backend.IsRemoved)
        {
            _probes.GetOrAdd(backend, static _ => new Ring<ProbeResult>(ProbesKept)).Add(result);
        }
    }

    private void Add(Backend backend, EventKind kind, string text) => Add(backend.Pool, backend.Name, kind, text);
}
