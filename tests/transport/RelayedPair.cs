using ApiLb.Transport;

namespace ApiLb.TransportTests;

/// <summary>A client and a backend with one relay between them, which has begun.</summary>
internal sealed class RelayedPair : IAsyncDisposable
{
    private readonly TcpTransport _transport;
    private readonly Backend _backend;
    private readonly RelayServer _relay;

    private RelayedPair(TcpTransport transport, Backend backend, RelayServer relay, Peer client, Peer served)
    {
        _transport = transport;
        _backend = backend;
        _relay = relay;
        Client = client;
        Backend = served;
    }

    public Peer Client { get; }

    public Peer Backend { get; }

    public RelayServer Relay => _relay;

    /// <param name="options">How to relay.</param>
    /// <param name="transport">How the transport treats its sockets.</param>
    /// <param name="receiveBuffer">Receive buffer of both peers, small for those that are to stall; 0: the kernel's choice.</param>
    /// <param name="backend">Who serves; null: one on IPv4 loopback.</param>
    public static async Task<RelayedPair> OpenAsync(
        RelayServerOptions? options = null, TcpTransportOptions? transport = null, int receiveBuffer = 0, Backend? backend = null)
    {
        backend ??= new Backend();
        if (receiveBuffer > 0)
        {
            backend.ReceiveBuffer = receiveBuffer;
        }

        var ownTransport = TransportServer.NewTransport(transport);
        var relay = await RelayServer.StartAsync(backend.Target, options, ownTransport);
        var client = await relay.ConnectAsync(receiveBuffer);
        var served = await backend.AcceptAsync();
        await Eventually.SeesAsync(() => relay.Relaying, relaying => relaying == 1, "a relay that has begun");
        await ownTransport.RoundOverAsync().InTime();
        return new RelayedPair(ownTransport, backend, relay, client, served);
    }

    public Task<RelayResult> ResultAsync() => _relay.NextResultAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Backend.Dispose();
        await _relay.DisposeAsync();
        _transport.Dispose();
        _backend.Dispose();
    }
}
