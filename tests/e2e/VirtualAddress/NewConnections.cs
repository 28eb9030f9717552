using System.Collections.Concurrent;
using System.Diagnostics;

namespace ApiLb.EndToEndTests.VirtualAddress;

/// <summary>Opens a new connection every 50 ms, whether or not the earlier ones have ended, and notes when each was served.</summary>
internal sealed class NewConnections : IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<TimeSpan> _served = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly VipClient _client;
    private readonly Task _opening;
    private TimeSpan _latest;
    private int _underWay;
    private int _mostAtOnce;

    private NewConnections(VipClient client)
    {
        _client = client;
        _opening = OpenAsync();
    }

    public static NewConnections Start(VipClient client) => new(client);

    /// <summary>Waits until so many more were served.</summary>
    public Task ServesMoreAsync(int more)
    {
        var wanted = _served.Count + more;
        return Eventually.HoldsAsync(
            $"{more} more new connections are served", Deadline, () => Task.FromResult(_served.Count >= wanted ? null : $"{_served.Count} of {wanted}; {_failures.LastOrDefault()}"));
    }

    /// <summary>Opens no more, and waits for those under way.</summary>
    public async Task<GapReport> StopAsync()
    {
        await _stop.CancelAsync();
        await _opening;
        var served = _served.Order().ToArray();
        var gap = served.Zip(served.Skip(1), (earlier, later) => later - earlier).DefaultIfEmpty().Max();
        return new GapReport(served.Length, [.. _failures], _mostAtOnce, gap, _latest);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task OpenAsync()
    {
        var underWay = new List<Task>();
        using var timer = new PeriodicTimer(Period, TimeProvider.System);
        try
        {
            for (var last = Stopwatch.GetTimestamp(); await timer.WaitForNextTickAsync(_stop.Token); last = Stopwatch.GetTimestamp())
            {
                _latest = TimeSpan.FromTicks(Math.Max(_latest.Ticks, (Stopwatch.GetElapsedTime(last) - Period).Ticks));
                underWay.Add(RequestAsync());
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(underWay);
        }
    }

    private async Task RequestAsync()
    {
        _mostAtOnce = Math.Max(_mostAtOnce, Interlocked.Increment(ref _underWay));
        var failed = await _client.RequestAsync();
        Interlocked.Decrement(ref _underWay);
        if (failed is { } failure)
        {
            _failures.Enqueue(failure);
        }
        else
        {
            _served.Enqueue(Stopwatch.GetElapsedTime(_started));
        }
    }
}
