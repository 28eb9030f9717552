using System.Collections.Concurrent;
using System.Diagnostics;

namespace ApiLb.EndToEndTests.Traffic;

/// <summary>Opens new TLS connections at a steady rate, whether or not the earlier ones have ended, and records each.</summary>
internal sealed class ConnectionLoad : IAsyncDisposable
{
    // Any apiserver that serves at all answers this with 200, also in a graceful stop; /readyz would then say 500 by design.
    private const string RequestPath = "/version";

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(5);

    private readonly ConcurrentQueue<ConnectionResult> _results = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TlsClient _client;
    private readonly int _perSecond;
    private readonly Task _opening;
    private int _opened;
    private int _served;
    private int _notServed;
    private TimeSpan _latest;

    private ConnectionLoad(TlsClient client, int perSecond)
    {
        _client = client;
        _perSecond = perSecond;
        _opening = OpenAsync();
    }

    /// <summary>How many were served so far.</summary>
    public int Served => Volatile.Read(ref _served);

    /// <summary>How many ended in any other way so far, whoever was to blame.</summary>
    public int NotServed => Volatile.Read(ref _notServed);

    public static ConnectionLoad Start(TlsClient client, int perSecond) => new(client, perSecond);

    /// <summary>Waits while it opens what belongs to so much more time; how the connections fare does not matter.</summary>
    public Task OpenForAsync(TimeSpan more)
    {
        var wanted = _opened + (int)(more.TotalSeconds * _perSecond);
        return Eventually.HoldsAsync($"{wanted} connections were opened", more + TimeSpan.FromMinutes(1), () =>
            Task.FromResult(_opened >= wanted || _opening.IsFaulted ? null : $"{_opened}"));
    }

    /// <summary>The apiserver that has served most of the latest connections: the one whose loss new clients would feel.</summary>
    public string FindBusiest(int latest) =>
        _results.TakeLast(latest).Where(result => result.Server is not null).CountBy(result => result.Server!).MaxBy(server => server.Value).Key;

    /// <summary>Opens no more, and waits for those under way.</summary>
    public async Task<ConnectionReport> StopAsync()
    {
        await _stop.CancelAsync();
        await _opening;
        return new ConnectionReport(_results, _latest);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    // What a late tick has missed is made up for: a busy machine must not lower the rate unseen.
    private async Task OpenAsync()
    {
        var underWay = new List<Task>();
        var started = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(Tick, TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                for (; TimeSpan.FromSeconds((double)_opened / _perSecond) is var due && due <= Stopwatch.GetElapsedTime(started); _opened++)
                {
                    _latest = TimeSpan.FromTicks(Math.Max(_latest.Ticks, (Stopwatch.GetElapsedTime(started) - due).Ticks));
                    underWay.Add(RecordAsync());
                }
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(underWay);
        }
    }

    private async Task RecordAsync()
    {
        var result = await _client.RequestAsync(RequestPath);
        Interlocked.Increment(ref result.Outcome == ConnectionOutcome.Served ? ref _served : ref _notServed);
        _results.Enqueue(result);
    }
}
