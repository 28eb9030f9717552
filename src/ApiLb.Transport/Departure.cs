namespace ApiLb.Transport;

/// <summary>A registered socket's way out of its reactor. Whoever waits for it goes on on a thread of the pool.</summary>
internal sealed class Departure : IReactorWork
{
    private readonly TaskCompletionSource<int> _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ReactorSocket _socket;

    private Departure(ReactorSocket socket) => _socket = socket;

    /// <returns>The descriptor, which is the caller's from now on; -1 when it was closed before.</returns>
    public static Task<int> OfAsync(ReactorSocket socket)
    {
        var departure = new Departure(socket);
        socket.Reactor.Post(departure);
        return departure._released.Task;
    }

    void IReactorWork.Run() => _released.SetResult(_socket.Release());
}
