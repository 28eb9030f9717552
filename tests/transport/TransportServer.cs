using System.Net;
using ApiLb.Transport;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ApiLb.TransportTests;

/// <summary>A Kestrel server on the transport, hosted as the daemon hosts it; the test says how it serves a client.</summary>
internal sealed class TransportServer : IAsyncDisposable
{
    private readonly KestrelServer _server;
    private readonly bool _ownsTransport;
    private readonly RecordingFactory _factory;

    private TransportServer(Func<ClientConnection, Task> serve, TcpListenEndPoint address, TcpTransport? transport, ILoggerFactory loggers)
    {
        _ownsTransport = transport is null;
        Transport = transport ?? NewTransport(loggers: loggers);
        _factory = new RecordingFactory(Transport);
        var kestrel = new KestrelServerOptions();
        kestrel.Listen(address, listen => listen.Use(_ => connection => serve((ClientConnection)connection)));
        _server = new KestrelServer(new OptionsWrapper<KestrelServerOptions>(kestrel), _factory, loggers);
    }

    public TcpTransport Transport { get; }

    public EndPoint Address => _factory.Bound!;

    public static TcpTransport NewTransport(TcpTransportOptions? options = null, ILoggerFactory? loggers = null) =>
        new(options ?? new TcpTransportOptions { Reactors = 2 }, TimeProvider.System, loggers ?? NullLoggerFactory.Instance);

    /// <param name="serve">What happens with each client.</param>
    /// <param name="address">Where to listen.</param>
    /// <param name="transport">Shared with other servers and not stopped with this one; null: one of its own.</param>
    /// <param name="loggers">Who hears what the transport says.</param>
    public static async Task<TransportServer> StartAsync(
        Func<ClientConnection, Task> serve, TcpListenEndPoint? address = null, TcpTransport? transport = null, ILoggerFactory? loggers = null)
    {
        var server = new TransportServer(
            serve, address ?? new TcpListenEndPoint(Addresses.Loopback), transport, loggers ?? NullLoggerFactory.Instance);
        try
        {
            await server._server.StartAsync(new NoHttpApplication(), CancellationToken.None).InTime();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => _server.StopAsync(cancellationToken);

    public Task<Peer> ConnectAsync(int receiveBuffer = 0) => Peer.ConnectAsync(Address, receiveBuffer);

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(new CancellationToken(canceled: true)).InTime();
        _server.Dispose();
        if (_ownsTransport)
        {
            Transport.Dispose();
        }
    }

    private sealed class RecordingFactory(TcpTransport transport) : IConnectionListenerFactory, IConnectionListenerFactorySelector
    {
        public EndPoint? Bound { get; private set; }

        public bool CanBind(EndPoint endpoint) => transport.CanBind(endpoint);

        public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
        {
            var listener = await transport.BindAsync(endpoint, cancellationToken);
            Bound = listener.EndPoint;
            return listener;
        }
    }

    private sealed class NoHttpApplication : IHttpApplication<object>
    {
        public object CreateContext(IFeatureCollection contextFeatures) => throw new NotSupportedException();

        public Task ProcessRequestAsync(object context) => throw new NotSupportedException();

        public void DisposeContext(object context, Exception? exception) => throw new NotSupportedException();
    }
}
