using System.Collections.Concurrent;
using System.Net.Sockets;

namespace ApiLb.BehaviourTests.Actors;

/// <summary>Clients that come one after the other, as fast as they are served: each asks once who it is served by.</summary>
internal sealed class Load : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<Task<string>> _ask;
    private readonly Task _clients;
    private readonly int _pause;
    private readonly ConcurrentQueue<string> _served = [];
    private long _slowest;
    private volatile int _act;

    /// <param name="ask">One client, from its connection to its answer.</param>
    /// <param name="atOnce">So many of them at any time.</param>
    /// <param name="pause">Milliseconds that each waits before the next; 0: none.</param>
    public Load(Func<Task<string>> ask, int atOnce = 4, int pause = 0)
    {
        (_ask, _pause) = (ask, pause);
        _clients = Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Task.Run(AskAsync)));
    }

    public ConcurrentQueue<string> Failures { get; } = [];

    public int Served => _served.Count;

    public TimeSpan Slowest => TimeSpan.FromTicks(Interlocked.Read(ref _slowest));

    /// <summary>Who served, in order.</summary>
    public IReadOnlyCollection<string> Names => _served;

    /// <summary>Waits until so many more have been served.</summary>
    public Task ServesAsync(int more)
    {
        var goal = Served + more;
        return Eventually.HoldsAsync(() => Served >= goal, () => $"{Served} served, not {goal}; {Failures.Count} failed, such as {string.Join("; ", Failures.Take(2))}");
    }

    /// <summary>From now on only clients count that come from now on: what a fault caught in the middle cannot be helped.</summary>
    public void ForgetThoseUnderWay()
    {
        Interlocked.Increment(ref _act);
        Failures.Clear();
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _clients;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task AskAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var (began, act) = (TimeProvider.System.GetTimestamp(), _act);
            try
            {
                _served.Enqueue(await _ask());
            }
            catch (Exception e) when (e is SocketException or IOException or TimeoutException)
            {
                if (act == _act)
                {
                    Failures.Enqueue(e.Message);
                }
            }

            Note(TimeProvider.System.GetElapsedTime(began).Ticks);
            if (_pause > 0)
            {
                await Eventually.PauseAsync(_pause);
            }
        }
    }

    private void Note(long ticks)
    {
        for (var seen = Interlocked.Read(ref _slowest); ticks > seen && Interlocked.CompareExchange(ref _slowest, ticks, seen) != seen; seen = Interlocked.Read(ref _slowest))
        {
        }
    }
}
