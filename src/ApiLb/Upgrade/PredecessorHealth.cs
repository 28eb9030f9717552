using ApiLb.Backends;
using ApiLb.Health;

namespace ApiLb.Upgrade;

/// <summary>
/// What the daemon before this one knew of its backends: given to the same backends here, those that join later included, and
/// the measure of when this daemon serves as well. Dispose it when that is so.
/// </summary>
internal sealed class PredecessorHealth : IDisposable
{
    private readonly Dictionary<(string, string, string), HandedHealth> _known;
    private readonly IReadOnlyList<BackendPool> _pools;
    private readonly TaskCompletionSource _isMatched = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="known">As <see cref="Of(BackendPool)"/> told it there.</param>
    /// <param name="pools">Not checked yet.</param>
    public PredecessorHealth(IReadOnlyList<HandedHealth> known, IReadOnlyList<BackendPool> pools)
    {
        _known = known.DistinctBy(KeyOf).ToDictionary(KeyOf);
        _pools = pools;
        foreach (var pool in pools)
        {
            pool.Added += OnAdded;
            pool.Probed += OnProbed;
            foreach (var backend in pool.Snapshot.Backends)
            {
                Restore(pool, backend);
            }
        }
    }

    /// <summary>Completes when every pool that took clients there has somebody here who was checked and takes them.</summary>
    public Task Matched => _isMatched.Task;

    /// <summary>What <see cref="Matched"/> waits for, for people.</summary>
    public string Missing => $"a backend that takes clients in pool {string.Join(", ", Lagging().Select(p => p.Name))}";

    public static IEnumerable<HandedHealth> Of(BackendPool pool) => pool.Snapshot.Backends.Select(b => Of(pool, b));

    /// <summary>Looks once; afterwards every check does.</summary>
    public void Look()
    {
        if (!Lagging().Any())
        {
            _isMatched.TrySetResult();
        }
    }

    public void Dispose()
    {
        foreach (var pool in _pools)
        {
            pool.Added -= OnAdded;
            pool.Probed -= OnProbed;
        }
    }

    private static HandedHealth Of(BackendPool pool, Backend backend)
    {
        var health = backend.Health.Current;
        return new HandedHealth(
            pool.Name, backend.Name, backend.Options.Address.ToString(), health.Status, health.Cause, health.Detail, (pool.Now - health.Since).TotalSeconds)
        {
            IsSilent = health.IsSilent,
            WasDead = backend.Health.WasDead,
            TakesClients = TakesClients(backend),
        };
    }

    private static bool TakesClients(Backend backend) => PoolSnapshot.TierOf(backend) is BackendTier.Ready or BackendTier.Backup;

    private static (string, string, string) KeyOf(HandedHealth health) => (health.Pool, health.Backend, health.Address);

    private void OnAdded(Backend backend)
    {
        if (_pools.FirstOrDefault(p => p.Name == backend.Pool) is { } pool)
        {
            Restore(pool, backend);
        }
    }

    private void OnProbed(Backend backend, ProbeResult result) => Look();

    private void Restore(BackendPool pool, Backend backend)
    {
        if (_known.GetValueOrDefault((pool.Name, backend.Name, backend.Options.Address.ToString())) is { } known && known.Status != HealthStatus.Unknown)
        {
            var since = pool.Now - TimeSpan.FromSeconds(known.AgeSeconds);
            pool.Restore(backend, new HealthSnapshot(known.Status, known.Cause, known.Detail, since, known.IsSilent), known.WasDead);
        }
    }

    private IEnumerable<BackendPool> Lagging() => _pools.Where(
        pool => _known.Values.Any(k => k.Pool == pool.Name && k.TakesClients)
            && !pool.Snapshot.Backends.Any(b => b.LastProbe is not null && TakesClients(b)));
}
