using System.Diagnostics.Metrics;
using ApiLb.Backends;

namespace ApiLb.Telemetry;

/// <summary>Counts and times what pools publish: checks and changes of state. Listens to the pools until disposed.</summary>
internal sealed class CheckMetrics : IDisposable
{
    private readonly IReadOnlyList<BackendPool> _pools;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _results;
    private readonly Counter<long> _stateChanges;

    public CheckMetrics(Meter meter, IReadOnlyList<BackendPool> pools)
    {
        _pools = pools;
        _duration = meter.CreateHistogram<double>("apilb_backend_check_duration", "s", "From the start of a check to its verdict.");
        _results = meter.CreateCounter<long>("apilb_backend_check_results", null, "Checks, by the layer that decided and the verdict.");
        _stateChanges = meter.CreateCounter<long>("apilb_backend_state_changes", null, "Changes of a backend's state, by the new one and its cause.");
        foreach (var pool in pools)
        {
            Watch(pool);
        }
    }

    public void Dispose()
    {
        foreach (var pool in _pools)
        {
            Forget(pool);
        }
    }

    public void Watch(BackendPool pool)
    {
        pool.Probed += OnProbed;
        pool.Transitioned += OnTransitioned;
    }

    public void Forget(BackendPool pool)
    {
        pool.Probed -= OnProbed;
        pool.Transitioned -= OnTransitioned;
    }

    private void OnProbed(Backend backend, ProbeResult result)
    {
        var (pool, name) = TagsOf(backend);
        _duration.Record(result.Duration.TotalSeconds, pool, name);
        var layer = new KeyValuePair<string, object?>("layer", EnumLabel.Snake(result.Layer));
        _results.Add(1, [pool, name, layer, new("result", EnumLabel.Snake(result.Report.Cause))]);
    }

    private void OnTransitioned(BackendTransition transition)
    {
        var (pool, name) = TagsOf(transition.Backend);
        var to = transition.Transition.To;
        _stateChanges.Add(1, [pool, name, new("to", EnumLabel.Snake(to.Status)), new("cause", EnumLabel.Snake(to.Cause))]);
    }

    private static (KeyValuePair<string, object?> Pool, KeyValuePair<string, object?> Backend) TagsOf(Backend backend) =>
        (new("pool", backend.Pool), new("backend", backend.Name));
}
