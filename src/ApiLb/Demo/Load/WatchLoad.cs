namespace ApiLb.Demo.Load;

/// <summary>Keeps watches open as kubelets do, and opens each one again when its backend goes away.</summary>
internal sealed class WatchLoad(Func<LoadConnection> connect, LoadCounters counters, TimeProvider time)
{
    private const int Watches = 9;

    private static readonly TimeSpan PauseAfterEnd = TimeSpan.FromMilliseconds(200);

    /// <exception cref="OperationCanceledException">The demo ended.</exception>
    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, Watches).Select(_ => KeepOneAsync(cancellationToken)));

    private async Task KeepOneAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await WatchOnceAsync(cancellationToken);
            await Task.Delay(PauseAfterEnd, time, cancellationToken);
        }
    }

    private async Task WatchOnceAsync(CancellationToken cancellationToken)
    {
        using var connection = connect();
        if (await connection.WatchAsync("/api/v1/nodes?watch=true&resourceVersion=1", counters.WatchOpened, cancellationToken))
        {
            counters.WatchEnded();
        }
    }
}
