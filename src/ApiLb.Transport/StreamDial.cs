namespace ApiLb.Transport;

/// <summary>The handshake of a connection that will be read and written. One for each.</summary>
internal sealed class StreamDial : IReadyHandler
{
    private readonly TaskCompletionSource<StreamSocket> _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ReactorSocket _socket;

    private StreamDial(ReactorSocket socket) => _socket = socket;

    /// <summary>Connects; whoever waits goes on on a thread of the pool.</summary>
    /// <exception cref="DialFailedException">There is no connection.</exception>
    /// <exception cref="OperationCanceledException">It took longer than was waited for.</exception>
    public static async Task<StreamSocket> ConnectAsync(DialTarget target, Reactor reactor, CancellationToken cancellation)
    {
        var fd = Dialer.Begin(target, source: default, out var failure);
        if (failure != DialFailure.None)
        {
            throw new DialFailedException(failure);
        }

        ReactorSocket socket = new(fd, reactor) { WatchesWrites = true, CanWrite = false, LacksKeepAlive = target.Family != Native.AfUnix };
        StreamDial dial = new(socket);
        socket.Handler = dial;
        if (socket.Register() < 0)
        {
            socket.Close();
            throw new DialFailedException(DialFailure.LocalFault);
        }

        await using var registration = cancellation.UnsafeRegister(static (dial, token) => ((StreamDial)dial!).Cancel(token), dial);
        return await dial._connected.Task;
    }

    /// <summary>What is connected already.</summary>
    /// <param name="fd">Nobody else has it; owned from now on.</param>
    /// <param name="reactor">Whose it will be.</param>
    /// <exception cref="DialFailedException">The reactor cannot take it.</exception>
    public static StreamSocket Adopt(int fd, Reactor reactor)
    {
        ReactorSocket socket = new(fd, reactor) { WatchesWrites = true };
        StreamSocket stream = new(socket);
        if (socket.Register() < 0)
        {
            socket.Close();
            throw new DialFailedException(DialFailure.LocalFault);
        }

        return stream;
    }

    /// <summary>The socket passes on here, on the reactor's thread: nothing that epoll says can be missed.</summary>
    public void OnReady(ReactorSocket socket)
    {
        if (socket.HasFailed && Native.TakeError(socket.Fd) is < 0 and var error)
        {
            socket.Close();
            _connected.TrySetException(new DialFailedException(Dialer.FailureOf(-error)));
        }
        else if (socket.CanWrite && !_connected.TrySetResult(new StreamSocket(socket)))
        {
            socket.Close();
        }
    }

    private void Cancel(CancellationToken token)
    {
        if (_connected.TrySetCanceled(token))
        {
            _socket.Close();
        }
    }
}
