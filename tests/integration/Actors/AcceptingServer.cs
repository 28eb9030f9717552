using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace ApiLb.IntegrationTests.Actors;

/// <summary>Listens on a loopback port and lets a script serve each connection; the connection ends with its script.</summary>
internal sealed class AcceptingServer : IAsyncDisposable
{
    private readonly Func<Socket, CancellationToken, Task> _serve;
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _served = [];
    private readonly Task _accepting;
    private int _accepts;

    public AcceptingServer(Func<Socket, CancellationToken, Task> serve, int port, IPAddress? address = null)
    {
        _serve = serve;
        _listener.Bind(new IPEndPoint(address ?? IPAddress.Loopback, port));
        _listener.Listen(1024);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _accepting = Task.Run(AcceptAsync);
    }

    public int Port { get; }

    /// <summary>Connections so far, those of health checks included.</summary>
    public int Accepts => Volatile.Read(ref _accepts);

    /// <summary>As kill -9 does it: the port refuses, and every connection is reset.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_served);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync(_stop.Token);
                Interlocked.Increment(ref _accepts);
                _served.Add(Task.Run(() => ServeAsync(socket)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            socket.NoDelay = true;
            await _serve(socket, _stop.Token);
            socket.Dispose();
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
        {
            socket.Close(0);
        }
    }
}
