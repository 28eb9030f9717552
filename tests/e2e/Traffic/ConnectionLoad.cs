using System.Collections.Concurrent;

namespace ApiLb.EndToEndTests.Traffic;

/// <summary>Opens new TLS connections at a steady rate, whether or not the earlier ones have ended, and records each.</summary>
internal sealed class ConnectionLoad : IAsyncDisposable
{
    // Any apiserver that serves at all answers this with 200, also in a graceful stop; /readyz would then say 500 by design.
    private const string RequestPath = "/version";

    private readonly ConcurrentQueue<ConnectionResult> _results = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TlsClient _client;
    private readonly Task _opening;

    private ConnectionLoad(TlsClient client, int perSecond)
    {
        _client = client;
        _opening = OpenAsync(TimeSpan.FromSeconds(1) / perSecond);
    }

    public static ConnectionLoad Start(TlsClient client, int perSecond) => new(client, perSecond);

    /// <summary>Waits until this many more connections have ended.</summary>
    public Task CompleteAsync(int more)
    {
        var wanted = _results.Count + more;
        return Eventually.HoldsAsync($"{wanted} connections have ended", TimeSpan.FromMinutes(2), () =>
            Task.FromResult(_results.Count >= wanted || _opening.IsFaulted ? null : $"{_results.Count}"));
    }

    /// <summary>The apiserver that has served most of the latest connections: the one whose loss new clients would feel.</summary>
    public string FindBusiest(int latest) =>
        _results.TakeLast(latest).Where(result => result.Server is not null).CountBy(result => result.Server!).MaxBy(server => server.Value).Key;

    /// <summary>Opens no more, and waits for those under way.</summary>
    public async Task<ConnectionReport> StopAsync()
    {
        await _stop.CancelAsync();
        await _opening;
        return new ConnectionReport(_results);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task OpenAsync(TimeSpan period)
    {
        var underWay = new List<Task>();
        using var timer = new PeriodicTimer(period, TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                underWay.Add(RecordAsync());
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(underWay);
        }
    }

    private async Task RecordAsync() => _results.Enqueue(await _client.RequestAsync(RequestPath));
}
