using System.Collections.Concurrent;
using System.Net.Sockets;
using ApiLb.Configuration;

namespace ApiLb.IntegrationTests.Actors;

/// <summary>A backend that answers every line with its own name and the line: who served is one assertion.</summary>
internal sealed class NamedBackend : IAsyncDisposable
{
    private AcceptingServer? _server;

    public NamedBackend(string name)
    {
        Name = name;
        _server = new AcceptingServer(ServeAsync, 0);
        Port = _server.Port;
    }

    public string Name { get; }

    public int Port { get; }

    public BackendOptions Options => new() { Name = Name, Address = new BackendAddress("127.0.0.1", Port) };

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
    public void Restart() => _server = new AcceptingServer(ServeAsync, Port);

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
