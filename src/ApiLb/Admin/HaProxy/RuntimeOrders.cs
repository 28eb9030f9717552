using System.Collections.Concurrent;
using ApiLb.Backends;
using ApiLb.Health;

namespace ApiLb.Admin.HaProxy;

/// <summary>What HAProxy's commands change about backends: the one place of them that writes. Thread-safe.</summary>
internal sealed class RuntimeOrders(RuntimeSources sources)
{
    private readonly ConcurrentDictionary<Backend, int> _initialWeights = new();

    /// <summary>The weight before the first command about it.</summary>
    public int InitialWeightOf(Backend backend) => _initialWeights.GetValueOrDefault(backend, backend.Options.Weight);

    public void SetMode(Backend backend, OperatorMode mode) => PoolOf(backend).SetMode(backend, mode);

    /// <summary>Until the members of the pool come anew from the file or from discovery.</summary>
    public void SetWeight(Backend backend, int weight)
    {
        _initialWeights.TryAdd(backend, backend.Options.Weight);
        var pool = PoolOf(backend);
        pool.SetMembers([.. pool.Snapshot.Backends.Select(b => b == backend ? b.Options with { Weight = weight } : b.Options)]);
    }

    public Task CloseAsync(Backend backend, CancellationToken stop) => sources.Close(backend, stop);

    private BackendPool PoolOf(Backend backend) => sources.Pools.First(p => p.Name == backend.Pool);
}
