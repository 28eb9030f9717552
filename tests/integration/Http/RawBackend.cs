using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using ApiLb.Configuration;
using ApiLb.IntegrationTests.Actors;

namespace ApiLb.IntegrationTests.Http;

/// <summary>A server that keeps the bytes of each request's head and answers with bytes of the test's; afterwards the test says what happens.</summary>
internal sealed class RawBackend : IAsyncDisposable
{
    private readonly string _answer;
    private readonly Func<NetworkStream, CancellationToken, Task>? _afterwards;
    private readonly AcceptingServer _server;

    /// <param name="name">The backend's.</param>
    /// <param name="answer">Sent after each head; empty: nothing.</param>
    /// <param name="afterwards">Null: the connection ends.</param>
    public RawBackend(string name, string answer, Func<NetworkStream, CancellationToken, Task>? afterwards = null)
    {
        _answer = answer;
        _afterwards = afterwards;
        _server = new AcceptingServer(ServeAsync, 0);
        Options = new BackendOptions { Name = name, Address = new BackendAddress("127.0.0.1", _server.Port) };
    }

    public BackendOptions Options { get; }

    public ConcurrentQueue<string> Heads { get; } = [];

    public static Task EchoAsync(NetworkStream stream, CancellationToken stop) => stream.CopyToAsync(stream, stop);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task ServeAsync(Socket socket, CancellationToken stop)
    {
        await using NetworkStream stream = new(socket);
        if (await RawClient.ReadHeadAsync(stream, stop) is not { Length: > 0 } head)
        {
            return;
        }

        Heads.Enqueue(head);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(_answer), stop);
        await (_afterwards?.Invoke(stream, stop) ?? Task.CompletedTask);
    }
}
