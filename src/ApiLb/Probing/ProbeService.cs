using ApiLb.Backends;
using ApiLb.Health;
using Microsoft.Extensions.Logging;

namespace ApiLb.Probing;

/// <summary>
/// Checks every backend of every pool in the background, each in a loop of its own. Run once; whoever runs it awaits it.
/// </summary>
internal sealed class ProbeService
{
    private readonly IReadOnlyList<BackendPool> _pools;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly List<ProberFactory> _factories = [];
    private readonly Dictionary<Backend, (ProbeLoop Loop, ProbeAlarm Alarm)> _loops = [];

    public ProbeService(IReadOnlyList<BackendPool> pools, TimeProvider time, ILoggerFactory loggers)
        : this(pools, time, loggers, null)
    {
    }

    /// <param name="pools">Whose backends are checked.</param>
    /// <param name="time">The clock of all intervals and deadlines.</param>
    /// <param name="loggers">For one logger of each kind of part.</param>
    /// <param name="createProber">Null: what the pool's health options ask for.</param>
    internal ProbeService(
        IReadOnlyList<BackendPool> pools, TimeProvider time, ILoggerFactory loggers, Func<Backend, IProber>? createProber)
    {
        _pools = pools;
        _time = time;
        _loggers = loggers;
        foreach (var pool in pools)
        {
            AddPool(pool, createProber);
        }

        FirstRoundCompleted = Task.WhenAll(_loops.Values.Select(l => l.Loop.FirstCheckCompleted));
    }

    /// <summary>
    /// Completes when every backend was checked once, at most about the longest timeout of a check after the start; also when
    /// probing stops before. Never fails.
    /// </summary>
    public Task FirstRoundCompleted { get; }

    /// <summary>Checks until it is told to stop; then closes the kept connections and returns without an exception.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        foreach (var pool in _pools)
        {
            pool.Transitioned += OnTransitioned;
        }

        try
        {
            var warnings = new PoolWarningService(_pools, _time, _loggers.CreateLogger<PoolWarningService>());
            await Task.WhenAll(
                [.. _loops.Values.Select(l => Task.Run(() => l.Loop.RunAsync(l.Alarm, stop), CancellationToken.None)), warnings.RunAsync(stop)]);
        }
        finally
        {
            foreach (var pool in _pools)
            {
                pool.Transitioned -= OnTransitioned;
            }

            foreach (var (_, alarm) in _loops.Values)
            {
                alarm.Dispose();
            }

            _factories.ForEach(f => f.Dispose());
        }
    }

    private void AddPool(BackendPool pool, Func<Backend, IProber>? createProber)
    {
        var health = pool.Options.Health;
        var factory = new ProberFactory(
            health, pool.Options.ControlPlaneEndpoint?.Host, pool.Options.ProxyProtocol, _time, _loggers.CreateLogger<TrustedCa>());
        _factories.Add(factory);
        var schedule = new ProbeSchedule(health);
        foreach (var backend in pool.Snapshot.Backends)
        {
            var prober = (createProber ?? factory.Create)(backend);
            var check = new BackendCheck(backend, prober, health.Timeout, _time, _loggers.CreateLogger<BackendCheck>());
            var loop = new ProbeLoop(check, backend, pool, schedule, _loggers.CreateLogger<ProbeLoop>());
            _loops.Add(backend, (loop, new ProbeAlarm(_time)));
        }
    }

    // A client's connection failed: the check that clears or convicts the backend must not wait for its turn.
    private void OnTransitioned(BackendTransition transition)
    {
        if (transition.Transition.To.Status == HealthStatus.Suspect && _loops.TryGetValue(transition.Backend, out var entry))
        {
            entry.Alarm.Ring();
        }
    }
}
