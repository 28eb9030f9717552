using ApiLb.Backends;
using Microsoft.Extensions.Logging;

namespace ApiLb.Probing;

/// <summary>
/// Checks every backend of every pool in the background, each in a loop of its own. Run once; whoever runs it awaits it.
/// </summary>
internal sealed class ProbeService
{
    private readonly PoolProbes[] _pools;
    private readonly PoolWarningService _warnings;

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
        _pools = [.. pools.Select(p => new PoolProbes(p, createProber, time, loggers))];
        _warnings = new PoolWarningService(pools, time, loggers.CreateLogger<PoolWarningService>());
        FirstRoundCompleted = Task.WhenAll(_pools.Select(p => p.FirstRoundCompleted));
    }

    /// <summary>
    /// Completes when every backend was checked once, at most about the longest timeout of a check after the start; also when
    /// probing stops before. Never fails.
    /// </summary>
    public Task FirstRoundCompleted { get; }

    /// <summary>Checks until it is told to stop; then closes the kept connections and returns without an exception.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        await Task.WhenAll([.. _pools.Select(p => p.RunAsync(stop)), _warnings.RunAsync(stop)]);
        foreach (var pool in _pools)
        {
            pool.Dispose();
        }
    }
}
