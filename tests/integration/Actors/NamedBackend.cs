using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using ApiLb.Configuration;

namespace ApiLb.IntegrationTests.Actors;

/// <summary>A backend that answers every line with its own name and the line: who served is one assertion.</summary>
internal sealed class NamedBackend : IAsyncDisposable
{
    private readonly IPAddress _address;
    private AcceptingServer? _server;

    /// <param name="name">What it answers with.</param>
    /// <param name="address">Where it listens; null: on loopback.</param>
    public NamedBackend(string name, IPAddress? address = null)
    {
        Name = name;
        _address = address ?? IPAddress.Loopback;
        _server = new AcceptingServer(ServeAsync, 0, _address);
        Port = _server.Port;
    }

    public string Name { get; }

    public int Port { get; }

    public BackendOptions Options => new() { Name = Name, Address = new BackendAddress(_address.ToString(), Port) };

    /// <summary>What clients asked; health checks ask nothing.</summary>
    public ConcurrentQueue<string> Lines { get; } = [];

    public async Task StopAsync()
    {
        if (_server is { } server)
        {
            _server = null;
            await server.DisposeAsync();
        }
    }

    /// <summary>Comes back on its old port.</summary>
    public void Restart() => _server = new AcceptingServer(ServeAsync, Port, _address);

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task ServeAsync(Socket socket, CancellationToken stop)
    {
        await using NetworkStream stream = new(socket);
        using StreamReader reader = new(stream);
        while (await reader.ReadLineAsync(stop) is { } line)
        {
            Lines.Enqueue(line);
            await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes($"{Name} {line}\n"), stop);
        }
    }
}
