namespace ApiLb.Demo.StandIns;

/// <summary>Every byte of a stand-in passes this gate; shut, the stand-in looks like a stopped process. Thread-safe.</summary>
internal sealed class FreezeGate
{
    private readonly Lock _lock = new();
    private volatile TaskCompletionSource? _shut;

    public bool IsOpen => _shut is null;

    public void Shut()
    {
        lock (_lock)
        {
            _shut ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void Open()
    {
        lock (_lock)
        {
            _shut?.SetResult();
            _shut = null;
        }
    }

    /// <summary>Ends when the gate is open.</summary>
    /// <exception cref="OperationCanceledException">The connection ended first.</exception>
    public async ValueTask PassAsync(CancellationToken connectionClosed)
    {
        // Again after each wait: it may have been shut anew before this caller ran.
        while (_shut is { } shut)
        {
            await shut.Task.WaitAsync(connectionClosed);
        }
    }
}
