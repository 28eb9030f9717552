namespace ApiLb.Deployment;

/// <summary>Something that runs until its owner disposes it, who thereby waits for its end.</summary>
internal sealed class BackgroundLoop : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    /// <param name="run">Returns soon after its token fires.</param>
    public BackgroundLoop(Func<CancellationToken, Task> run) => _running = run(_stop.Token);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }
}
