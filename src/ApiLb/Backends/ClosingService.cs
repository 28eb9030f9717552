using ApiLb.Health;
using Microsoft.Extensions.Logging;

namespace ApiLb.Backends;

/// <summary>
/// Ends the established connections of backends that will not serve them: at once where a backend died by silence, after the
/// pool's grace where it drains. A backend that merely refuses or is not ready keeps what it has. Run once; whoever runs it
/// awaits it.
/// </summary>
internal sealed partial class ClosingService(
    IReadOnlyList<BackendPool> pools, PacedClose close, TimeProvider time, ILogger<ClosingService> logger)
{
    /// <summary>In a second, of each backend, when all are closed.</summary>
    private const int PaceOfAll = 200;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, BackendPool> _pools = new(StringComparer.Ordinal);
    private readonly Dictionary<Backend, (ClosingTerms Terms, CancellationTokenSource Off)> _plans = [];
    private readonly Dictionary<Backend, CancellationTokenSource> _kills = [];
    private readonly HashSet<Task> _running = [];

    /// <summary>Raised when a backend's connections were told to close: how many, and why.</summary>
    public event Action<Backend, int, CloseReason>? Closed;

    public async Task RunAsync(CancellationToken stop)
    {
        foreach (var pool in pools)
        {
            Watch(pool);
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var pool in Watched())
        {
            Forget(pool);
        }

        await EndAsync();
    }

    /// <summary>Begins to close what the backend serves now, whatever its state. An earlier kill of the same backend ends.</summary>
    /// <param name="backend">Whose connections.</param>
    /// <param name="perSecond">As <see cref="ModeOrder.Pace"/>.</param>
    public void Kill(Backend backend, int? perSecond)
    {
        var kill = new CancellationTokenSource();
        lock (_lock)
        {
            if (_kills.Remove(backend, out var earlier))
            {
                earlier.Cancel();
            }

            _kills[backend] = kill;
            Run(() => KillAsync(backend, perSecond, kill));
        }
    }

    /// <summary>Closes what all members serve now, some hundred in a second: their clients come back at once.</summary>
    public Task CloseAllAsync(CloseReason reason, CancellationToken stop) =>
        Task.WhenAll(Watched().SelectMany(p => p.Snapshot.Backends).Select(b => CloseAsync(b, reason, PaceOfAll, stop)));

    /// <summary>Looks after this pool too, from now on.</summary>
    public void Watch(BackendPool pool)
    {
        lock (_lock)
        {
            _pools[pool.Name] = pool;
        }

        pool.Transitioned += OnTransitioned;
        pool.ModeChanged += Plan;
        pool.Removed += Plan;
    }

    /// <summary>Plans nothing more for this pool; what is planned is still done.</summary>
    public void Forget(BackendPool pool)
    {
        pool.Transitioned -= OnTransitioned;
        pool.ModeChanged -= Plan;
        pool.Removed -= Plan;
        lock (_lock)
        {
            _pools.Remove(pool.Name);
        }
    }

    /// <summary>Closes what the backend serves now, at a pace.</summary>
    /// <returns>How many connections were told to close.</returns>
    public Task<int> CloseAsync(Backend backend, CloseReason reason, CancellationToken stop) => CloseAsync(backend, reason, perSecond: null, stop);

    private async Task<int> CloseAsync(Backend backend, CloseReason reason, int? perSecond, CancellationToken stop)
    {
        var count = perSecond is { } pace
            ? await close.CloseAsync(backend.Connections, reason, pace, stop)
            : await close.CloseAsync(backend.Connections, reason, stop);
        if (count > 0)
        {
            Log.Closed(logger, backend.Pool, backend.Name, count, reason);
            Closed?.Invoke(backend, count, reason);
        }

        return count;
    }

    private BackendPool[] Watched()
    {
        lock (_lock)
        {
            return [.. _pools.Values];
        }
    }

    private void OnTransitioned(BackendTransition transition) => Plan(transition.Backend);

    /// <summary>
    /// What has to happen to a backend's connections in its present state. What is planned already goes on, or else a grace would begin
    /// anew with everything that happens to a backend meanwhile; a plan of other terms is off.
    /// </summary>
    private void Plan(Backend backend)
    {
        lock (_lock)
        {
            var terms = TermsFor(backend);
            if (_plans.TryGetValue(backend, out var earlier))
            {
                if (earlier.Terms == terms)
                {
                    return;
                }

                earlier.Off.Cancel();
                _plans.Remove(backend);
            }

            backend.Connections.CloseNewcomers(null);
            if (terms is not null)
            {
                Begin(backend, terms);
            }
        }
    }

    /// <summary>Null: connections end by themselves.</summary>
    private ClosingTerms? TermsFor(Backend backend)
    {
        var (health, order) = (backend.Health.Current, backend.ModeOrder);
        return health.IsSilent ? ClosingTerms.AtOnce(CloseReason.BackendDead)
            : (order.Mode != OperatorMode.Ready || backend.IsRemoved || health.Status == HealthStatus.Draining) && GraceOf(backend, order) is { } grace
                ? new ClosingTerms(CloseReason.Drain, grace, order)
            : null;
    }

    /// <summary>The operator's word, or else the pool's; null: connections end by themselves.</summary>
    private TimeSpan? GraceOf(Backend backend, ModeOrder order) =>
        order.Grace ?? (_pools.GetValueOrDefault(backend.Pool)?.Options.Timeouts.Drain is { } drain && drain > TimeSpan.Zero ? drain : null);

    private void Begin(Backend backend, ClosingTerms terms)
    {
        var off = new CancellationTokenSource();
        _plans[backend] = (terms, off);
        Run(() => RunPlanAsync(backend, terms, off));
    }

    private void Run(Func<Task> step)
    {
        _running.RemoveWhere(t => t.IsCompleted);
        _running.Add(Task.Run(step, CancellationToken.None));
    }

    private async Task RunPlanAsync(Backend backend, ClosingTerms terms, CancellationTokenSource plan)
    {
        var off = plan.Token;
        await Task.Delay(terms.Grace, time, off).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        CloseNewcomers(backend, terms.Reason, off);
        if (!off.IsCancellationRequested)
        {
            await CloseAsync(backend, terms.Reason, terms.Order.Pace, off);
        }

        lock (_lock)
        {
            if (_plans.GetValueOrDefault(backend).Off == plan)
            {
                _plans.Remove(backend);
            }
        }
    }

    /// <summary>
    /// Closes who chose the backend before it was taken out, and is connected only when the others have been closed. Not where a backend is
    /// merely unwell: whoever comes then has nobody else.
    /// </summary>
    private void CloseNewcomers(Backend backend, CloseReason reason, CancellationToken off)
    {
        lock (_lock)
        {
            if (!off.IsCancellationRequested && (backend.Mode != OperatorMode.Ready || backend.IsRemoved))
            {
                backend.Connections.CloseNewcomers(reason);
            }
        }
    }

    private async Task KillAsync(Backend backend, int? perSecond, CancellationTokenSource kill)
    {
        await CloseAsync(backend, CloseReason.Killed, perSecond, kill.Token);
        lock (_lock)
        {
            if (_kills.GetValueOrDefault(backend) == kill)
            {
                _kills.Remove(backend);
            }
        }
    }

    private async Task EndAsync()
    {
        Task[] running;
        lock (_lock)
        {
            foreach (var plan in _plans.Values.Select(p => p.Off).Concat(_kills.Values))
            {
                plan.Cancel();
            }

            _plans.Clear();
            _kills.Clear();
            running = [.. _running];
        }

        await Task.WhenAll(running);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Pool {Pool}: backend {Backend}: {Count} established connections closed ({Reason}); their clients reconnect elsewhere.")]
        public static partial void Closed(ILogger logger, string pool, string backend, int count, CloseReason reason);
    }
}
