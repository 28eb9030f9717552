using System.Net;
using System.Net.Sockets;

namespace ApiLb.PackagingTests;

/// <summary>A backend on this machine's loopback that greets each client with its name and keeps the connection until the client ends it.</summary>
internal sealed class Backend : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly string _name;
    private readonly Task _accepting;

    public Backend(string name)
    {
        _name = name;
        _listener.Start(512);
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = GreetAsync(await _listener.AcceptSocketAsync());
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Disposed.
        }
    }

    private async Task GreetAsync(Socket client)
    {
        try
        {
            await using var stream = new NetworkStream(client, ownsSocket: true);
            await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(_name + "\n"));
            await stream.CopyToAsync(Stream.Null);
        }
        catch (IOException)
        {
            // The client, or the balancer, has reset it.
        }
    }
}
