using System.Diagnostics;
using System.Net;
using ApiLb.IntegrationTests.Actors;
using ApiLb.IntegrationTests.Probing;

namespace ApiLb.IntegrationTests.Reload;

/// <summary>Clients that come at a steady rate, ask one question each and go. Counts those who did not get their answer.</summary>
internal sealed class ConnectionLoad : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private readonly EndPoint _endPoint;
    private long _served;

    /// <param name="endPoint">The load balancer.</param>
    /// <param name="perSecond">New connections; a multiple of 50.</param>
    public ConnectionLoad(EndPoint endPoint, int perSecond)
    {
        _endPoint = endPoint;
        _running = Task.Run(() => RunAsync(perSecond / 50));
    }

    public long Served => Volatile.Read(ref _served);

    /// <summary>What went wrong, one line for each client.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<string> Failures { get; } = [];

    /// <summary>Waits until so many more clients had their answer, or one did not.</summary>
    public Task ServesAsync(int clients)
    {
        var enough = Served + clients;
        return Eventually.HoldsAsync(() => Served >= enough || !Failures.IsEmpty, () => $"{Served} served of {enough}");
    }

    /// <summary>No more clients; waits for those under way.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task RunAsync(int perTick)
    {
        List<Task> clients = [];
        using PeriodicTimer timer = new(Tick, TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                clients.RemoveAll(c => c.IsCompleted);
                clients.AddRange(Enumerable.Range(0, perTick).Select(_ => Task.Run(AskAsync, CancellationToken.None)));
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }

        await Task.WhenAll(clients);
    }

    private async Task AskAsync()
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            using var client = await Client.ConnectAsync(_endPoint);
            await client.WhoAsync();
            Interlocked.Increment(ref _served);
        }
        catch (Exception e) when (e is System.Net.Sockets.SocketException or IOException or TimeoutException)
        {
            Failures.Enqueue($"after {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F0} ms: {e.Message}");
        }
    }
}
