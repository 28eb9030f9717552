using ApiLb.Benchmarks.SideBySide;
using ApiLb.Benchmarks.SideBySide.Backends;
using ApiLb.Benchmarks.SideBySide.Balancers;
using ApiLb.Benchmarks.SideBySide.Clients;

namespace ApiLb.Benchmarks.IdleCost;

/// <summary>One process of one balancer, to which idle connections are added level by level; owns both.</summary>
internal sealed class CostedProcess : IAsyncDisposable
{
    private const int WarmUpConnections = 5_000;

    // More than the connections after which ApiLb gives memory back (IdleTrimService), so that each reading follows the same event.
    private const int Rush = 600;
    private const int NewConnections = 10_000;

    // It gives memory back in the first or second full second without new connections.
    private static readonly TimeSpan AfterRush = TimeSpan.FromSeconds(2.5);
    private static readonly TimeSpan BetweenReadings = TimeSpan.FromMilliseconds(100);

    // Whole laps of what ApiLb looks at in turn: every connection once in 15 s (LostPeerSweep), new ones once in 5 s (KeepAliveSweep).
    private static readonly TimeSpan UntilSilent = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    private readonly string _balancer;
    private readonly RunningBalancer _running;
    private readonly HeldConnections _held;
    private readonly SemaphoreSlim _load;
    private readonly bool _takesCpu;
    private readonly List<LevelReading> _levels = [];

    private CostedProcess(string balancer, RunningBalancer running, SemaphoreSlim load, bool takesCpu)
    {
        _balancer = balancer;
        _running = running;
        _load = load;
        _takesCpu = takesCpu;
        _held = new HeldConnections(running);
    }

    public ProcessCost Cost => new(_balancer, _levels);

    /// <param name="balancer">Started, and alone in its process.</param>
    /// <param name="bed">Where.</param>
    /// <param name="load">Held by the one process whose CPU under load is being measured.</param>
    /// <param name="takesCpu">CPU is measured too, which takes 20 s for each level.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<CostedProcess> StartAsync(IBalancer balancer, TestBed bed, SemaphoreSlim load, bool takesCpu, CancellationToken cancellationToken)
    {
        var running = await bed.StartAsync(balancer, cancellationToken);
        return new CostedProcess(balancer.Name, running, load, takesCpu);
    }

    public Task WarmUpAsync(CancellationToken cancellationToken) => ConnectAsync(WarmUpConnections, cancellationToken);

    /// <summary>Adds connections until there are so many, and reads what they cost.</summary>
    /// <returns>What was read.</returns>
    public async Task<LevelReading> ReadAsync(int connections, CancellationToken cancellationToken)
    {
        await _held.OpenToAsync(connections, cancellationToken);
        var memory = await ReadMemoryAsync(cancellationToken);
        double? silent = _takesCpu ? await ReadSilentCpuAsync(cancellationToken) : null;

        // Last, and not before the first level is read: it makes ApiLb compile, whose traces would count as the connections'.
        TimeSpan? perNewConnection = _takesCpu && connections > 0 ? await ReadCpuPerNewConnectionAsync(cancellationToken) : null;
        _held.EnsureHeld();
        var level = new LevelReading(connections, memory.Lowest, memory.IsAgreed, silent, perNewConnection);
        _levels.Add(level);
        return level;
    }

    /// <summary>Closes the connections that it holds.</summary>
    public ValueTask ReleaseAsync() => _held.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await _held.DisposeAsync();
        await _running.DisposeAsync();
    }

    private async Task<RestReadings> ReadMemoryAsync(CancellationToken cancellationToken)
    {
        var readings = new RestReadings();
        while (!readings.IsOver)
        {
            await ConnectAsync(Rush, cancellationToken);
            readings.Add(await ReadLowestMemoryAsync(cancellationToken));
            _held.EnsureHeld();
        }

        return readings;
    }

    private async Task<long> ReadLowestMemoryAsync(CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        var lowest = long.MaxValue;
        while (TimeProvider.System.GetElapsedTime(start) < AfterRush)
        {
            lowest = Math.Min(lowest, _running.Usage.ReadAnonymousMemory());
            await Task.Delay(BetweenReadings, TimeProvider.System, cancellationToken);
        }

        return lowest;
    }

    private async Task<double> ReadSilentCpuAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(UntilSilent, TimeProvider.System, cancellationToken);
        var start = TimeProvider.System.GetTimestamp();
        var before = _running.Usage.ReadCpuTime();
        await Task.Delay(Silence, TimeProvider.System, cancellationToken);
        return (_running.Usage.ReadCpuTime() - before) / TimeProvider.System.GetElapsedTime(start);
    }

    private async Task<TimeSpan> ReadCpuPerNewConnectionAsync(CancellationToken cancellationToken)
    {
        await _load.WaitAsync(cancellationToken);
        try
        {
            await ConnectAsync(NewConnections, cancellationToken); // What is used often is compiled a second time meanwhile.
            var before = _running.Usage.ReadCpuTime();
            await ConnectAsync(NewConnections, cancellationToken);
            return (_running.Usage.ReadCpuTime() - before) / NewConnections;
        }
        finally
        {
            _load.Release();
        }
    }

    /// <summary>The same number at once as connections are opened later: what is pooled must not be counted as free.</summary>
    private Task<ApacheBenchResult> ConnectAsync(int connections, CancellationToken cancellationToken) =>
        ApacheBench.RunAsync(_running.UriOf(NginxBackends.SmallPath), HeldConnections.OpenedAtOnce, connections, cancellationToken);
}
