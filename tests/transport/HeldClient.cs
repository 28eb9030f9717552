using ApiLb.Transport;

namespace ApiLb.TransportTests;

/// <summary>A client that the server has accepted and does nothing with: the test calls its operations itself.</summary>
internal sealed class HeldClient : IAsyncDisposable
{
    private readonly TcpTransport _transport;
    private readonly TransportServer _server;
    private readonly TaskCompletionSource _release;

    private HeldClient(TcpTransport transport, TransportServer server, TaskCompletionSource release, ClientConnection client, Peer peer)
    {
        _transport = transport;
        _server = server;
        _release = release;
        Client = client;
        Peer = peer;
    }

    /// <summary>The server's side.</summary>
    public ClientConnection Client { get; }

    /// <summary>The client's side.</summary>
    public Peer Peer { get; }

    public Reactor Reactor => Client.Socket.Reactor;

    public static async Task<HeldClient> OpenAsync(TcpListenEndPoint? address = null, TcpTransportOptions? options = null)
    {
        var transport = TransportServer.NewTransport(options ?? new TcpTransportOptions { Reactors = 1 });
        var accepted = new TaskCompletionSource<ClientConnection>(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var server = await TransportServer.StartAsync(
            client =>
            {
                accepted.SetResult(client);
                return release.Task;
            },
            address,
            transport);
        var peer = await server.ConnectAsync();
        return new HeldClient(transport, server, release, await accepted.Task.InTime(), peer);
    }

    public Task RoundOverAsync() => _transport.RoundOverAsync().InTime();

    public async ValueTask DisposeAsync()
    {
        _release.TrySetResult();
        Peer.Dispose();
        await _server.DisposeAsync();
        _transport.Dispose();
    }
}
