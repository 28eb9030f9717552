namespace ApiLb.Transport;

/// <summary>A connection's way out of this transport, and from then on the way of its abort to the new owner.</summary>
/// <param name="socket">Leaves its reactor.</param>
/// <param name="abort">Cuts what the new owner does.</param>
internal sealed class Detachment(ReactorSocket socket, Action abort) : IConnectionOperation, IReactorWork
{
    private readonly TaskCompletionSource<int> _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <returns>The descriptor; -1 when it was closed before.</returns>
    public ValueTask<int> RunAsync()
    {
        if (!socket.IsRegistered || socket.Reactor.IsCurrentThread)
        {
            return new ValueTask<int>(socket.Release());
        }

        socket.Reactor.Post(this);
        return new ValueTask<int>(_released.Task);
    }

    public void Abort() => abort();

    /// <summary>Epoll knows the socket no longer.</summary>
    public void OnReady(ReactorSocket ready)
    {
    }

    void IReactorWork.Run() => _released.SetResult(socket.Release());
}
