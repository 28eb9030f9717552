using ApiLb.Backends;
using ApiLb.Configuration.Values;
using ApiLb.Health;
using Microsoft.Extensions.Logging;

namespace ApiLb.Operators;

/// <summary>
/// The one place that takes an operator's word about a backend: applies it to the pool, keeps it over a restart and for a
/// backend that leaves and comes back, and takes it back when its time is over. Thread-safe. Restore, then run, once.
/// </summary>
internal sealed partial class OperatorDesk : IDisposable
{
    private const string HandedOver = "another daemon is taking over just now: nothing was changed, say it again";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // Held while pools are told, so that the order in which orders are kept is the order in which they took effect.
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Dictionary<(string Pool, string Backend), StandingOrder> _standing = [];
    private readonly Dictionary<string, BackendPool> _pools = new(StringComparer.Ordinal);
    private readonly OrderBook _book;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private bool _isHandedOver;

    /// <param name="pools">Those to begin with.</param>
    /// <param name="book">Keeps the orders.</param>
    /// <param name="time">The wall clock of orders.</param>
    /// <param name="logger">Told of every order.</param>
    public OperatorDesk(IReadOnlyList<BackendPool> pools, OrderBook book, TimeProvider time, ILogger<OperatorDesk> logger)
    {
        _book = book;
        _time = time;
        _logger = logger;
        foreach (var pool in pools)
        {
            Watch(pool);
        }
    }

    /// <summary>What was said, or will be, about members of this pool is applied to it.</summary>
    public void Watch(BackendPool pool)
    {
        lock (_lock)
        {
            _pools[pool.Name] = pool;
            pool.Added += OnAdded;
            foreach (var backend in pool.Snapshot.Backends)
            {
                Reapply(backend);
            }
        }
    }

    /// <summary>The pool is gone; what was said about it holds for one that comes under its name.</summary>
    public void Forget(BackendPool pool)
    {
        lock (_lock)
        {
            _pools.Remove(pool.Name);
            pool.Added -= OnAdded;
        }
    }

    /// <summary>Begins with what operators said before the restart. Called once.</summary>
    public async Task RestoreAsync(CancellationToken cancellationToken)
    {
        Adopt(await _book.LoadAsync(cancellationToken));
        await ExpireAsync(cancellationToken);
    }

    /// <summary>These stand from now on, and no others.</summary>
    public void Adopt(IReadOnlyList<StandingOrder> orders)
    {
        lock (_lock)
        {
            var gone = _standing.Keys.Except(orders.Select(o => (o.Pool, o.Backend))).ToHashSet();
            var backends = _pools.Values.SelectMany(p => p.Snapshot.Backends).ToList();
            foreach (var backend in backends.Where(b => gone.Contains(KeyOf(b))))
            {
                Apply(backend, ModeOrder.None);
                Apply(backend, new WeightOrder(null, new OrderTerms("nobody any longer", _time.GetUtcNow())));
            }

            _standing.Clear();
            foreach (var order in orders)
            {
                _standing[(order.Pool, order.Backend)] = order;
            }

            backends.ForEach(Reapply);
        }
    }

    /// <summary>Takes back what has run out, until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(Interval, _time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await ExpireAsync(CancellationToken.None);
        }
    }

    /// <summary>Takes an order about new connections, checks, and established connections.</summary>
    public Task<OrderOutcome> SetModeAsync(Backend backend, ModeOrder order, CancellationToken cancellationToken) =>
        TakeAsync(() => Apply(backend, order), isEnd: order.Mode == OperatorMode.Ready, cancellationToken);

    /// <summary>Takes an order about a backend's weight.</summary>
    public Task<OrderOutcome> SetWeightAsync(Backend backend, WeightOrder order, CancellationToken cancellationToken) =>
        TakeAsync(() => Apply(backend, order), isEnd: order.Weight is null, cancellationToken);

    /// <summary>Takes no order, ends none and writes no file from now on: another process does.</summary>
    /// <returns>All that stands.</returns>
    public async Task<IReadOnlyList<StandingOrder>> HandOverAsync()
    {
        IReadOnlyList<StandingOrder> orders;
        lock (_lock)
        {
            _isHandedOver = true;
            orders = [.. _standing.Values];
        }

        await _writing.WaitAsync();
        _writing.Release();
        return orders;
    }

    /// <summary>The other process did not take over.</summary>
    public void TakeBack()
    {
        lock (_lock)
        {
            _isHandedOver = false;
        }
    }

    public void Dispose()
    {
        foreach (var pool in _pools.Values)
        {
            pool.Added -= OnAdded;
        }

        _writing.Dispose();
    }

    /// <param name="apply">Does what was ordered.</param>
    /// <param name="isEnd">Takes an order back, which a restart that knows none does as well.</param>
    /// <param name="cancellationToken">Ends the wait for the file.</param>
    private async Task<OrderOutcome> TakeAsync(Action apply, bool isEnd, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_isHandedOver)
            {
                return OrderOutcome.Refused(HandedOver);
            }

            apply();
        }

        var forgotten = await SaveAsync(cancellationToken);
        return OrderOutcome.Taken(isEnd && !_book.IsKept ? null : forgotten);
    }

    private void OnAdded(Backend backend)
    {
        lock (_lock)
        {
            Reapply(backend);
        }
    }

    private void Reapply(Backend backend)
    {
        if (!_standing.TryGetValue(KeyOf(backend), out var order))
        {
            return;
        }

        if (order.Mode is { } mode)
        {
            Apply(backend, mode);
        }

        if (order.Weight is { } weight)
        {
            Apply(backend, weight);
        }
    }

    private void Apply(Backend backend, ModeOrder order)
    {
        Keep(backend, OrderFor(backend) with { Mode = order.Mode == OperatorMode.Ready ? null : order });
        _pools.GetValueOrDefault(backend.Pool)?.SetMode(backend, order);
        Log.Ordered(_logger, backend.Pool, backend.Name, order.Mode, order.Terms?.By, EndOf(order.Terms));
    }

    private void Apply(Backend backend, WeightOrder order)
    {
        Keep(backend, OrderFor(backend) with { Weight = order.Weight is null ? null : order });
        _pools.GetValueOrDefault(backend.Pool)?.SetWeight(backend, order);
        Log.Weighed(_logger, backend.Pool, backend.Name, backend.Weight, order.Terms.By, EndOf(order.Terms));
    }

    private StandingOrder OrderFor(Backend backend) => _standing.GetValueOrDefault(KeyOf(backend)) ?? new StandingOrder(backend.Pool, backend.Name);

    private void Keep(Backend backend, StandingOrder order)
    {
        if (order.IsEmpty)
        {
            _standing.Remove(KeyOf(backend));
        }
        else
        {
            _standing[KeyOf(backend)] = order;
        }
    }

    private async Task ExpireAsync(CancellationToken cancellationToken)
    {
        bool isAnyOver;
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            var over = _standing.Values.Where(o => !_isHandedOver).Where(o => o.Mode?.Terms?.IsOver(now) == true || o.Weight?.Terms.IsOver(now) == true).ToList();
            over.ForEach(o => Expire(o, now));
            isAnyOver = over.Count > 0;
        }

        if (isAnyOver)
        {
            await SaveAsync(cancellationToken);
        }
    }

    /// <summary>Also what was said about a backend that is not there just now.</summary>
    private void Expire(StandingOrder order, DateTimeOffset now)
    {
        var isModeOver = order.Mode?.Terms?.IsOver(now) == true;
        var isWeightOver = order.Weight?.Terms.IsOver(now) == true;
        var left = order with { Mode = isModeOver ? null : order.Mode, Weight = isWeightOver ? null : order.Weight };
        _standing.Remove((order.Pool, order.Backend));
        if (!left.IsEmpty)
        {
            _standing[(order.Pool, order.Backend)] = left;
        }

        if (_pools.GetValueOrDefault(order.Pool)?.Snapshot.Backends.FirstOrDefault(b => b.Name == order.Backend) is not { } backend)
        {
            return;
        }

        if (isModeOver)
        {
            Apply(backend, new ModeOrder(OperatorMode.Ready, new OrderTerms($"the end of {Choice.WordOf(order.Mode!.Mode)} by {order.Mode.Terms!.By}", now)));
        }

        if (isWeightOver)
        {
            Apply(backend, new WeightOrder(null, new OrderTerms($"the end of weight {order.Weight!.Weight} by {order.Weight.Terms.By}", now)));
        }
    }

    private async Task<string?> SaveAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            StandingOrder[] orders;
            lock (_lock)
            {
                orders = [.. _standing.Values];
            }

            return await _book.SaveAsync(orders, cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    private static (string Pool, string Backend) KeyOf(Backend backend) => (backend.Pool, backend.Name);

    private static string EndOf(OrderTerms? terms) => terms?.Until is { } until ? $" until {until:u}" : "";

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Pool {Pool}: backend {Backend}: {Mode} by {By}{Until}")]
        public static partial void Ordered(ILogger logger, string pool, string backend, OperatorMode mode, string? by, string until);

        [LoggerMessage(4, LogLevel.Information, "Pool {Pool}: backend {Backend}: weight {Weight} by {By}{Until}")]
        public static partial void Weighed(ILogger logger, string pool, string backend, int weight, string by, string until);
    }
}
