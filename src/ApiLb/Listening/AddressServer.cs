using System.Net;
using ApiLb.Http;
using ApiLb.Telemetry;
using ApiLb.Transport;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ApiLb.Listening;

/// <summary>
/// One address on which a listener takes clients: a Kestrel server of its own, so that addresses can come and go while the
/// daemon runs. Kestrel keeps the accept loop, the connections and the graceful stop, and reads the requests of HTTP listeners;
/// the bytes of the others stay in the transport. Who serves new clients may change at any time, the socket stays.
/// </summary>
internal sealed class AddressServer : IAsyncDisposable
{
    private readonly Listener _listener;
    private readonly KestrelServer _server;
    private volatile Func<ConnectionContext, ConnectionDelegate, Task>? _serve;
    private volatile ListenerCounters? _counters;

    private AddressServer(EndPoint address, Listener listener, ILoggerFactory loggers)
    {
        Address = address;
        _listener = listener;
        var kestrel = new KestrelServerOptions { AddServerHeader = false };
        HttpLimits.Apply(kestrel);
        kestrel.Listen(new TcpListenEndPoint(address), listen => listen.Use(http => connection => _serve!(connection, http)));
        _server = new KestrelServer(
            new OptionsWrapper<KestrelServerOptions>(kestrel), new BoundTransport(listener), new KestrelLoggerFactory(loggers, () => _counters));
    }

    /// <summary>As the configuration has it.</summary>
    public EndPoint Address { get; }

    /// <summary>Where it really listens: port 0 is resolved.</summary>
    public EndPoint Bound => _listener.EndPoint;

    /// <summary>The listening socket, as another process may take it over: this one keeps its own.</summary>
    public InheritedSocket Socket => new(_listener.Descriptor) { Address = Address, OwnsFile = _listener.OwnsFile };

    /// <summary>Takes the address; clients wait in the kernel's queue until <see cref="StartAsync"/>.</summary>
    /// <exception cref="AddressInUseException">Somebody else listens there.</exception>
    /// <exception cref="IOException">The address cannot be bound; the message says why.</exception>
    public static AddressServer Bind(EndPoint address, TcpTransport transport, ILoggerFactory loggers) =>
        new(address, transport.Reserve(new TcpListenEndPoint(address)), loggers);

    /// <summary>Says who serves clients from now on. Before the start, and whenever it changes.</summary>
    /// <param name="serve">Serves a connection to its end, by itself or by having its requests read.</param>
    /// <param name="counters">Where requests are counted that Kestrel refuses.</param>
    /// <param name="waitsForData">Its clients speak first: the kernel need not show them before.</param>
    public void Serve(Func<ConnectionContext, ConnectionDelegate, Task> serve, ListenerCounters counters, bool waitsForData)
    {
        _counters = counters;
        _serve = serve;
        _listener.WaitForData(waitsForData);
    }

    public Task StartAsync(CancellationToken cancellationToken) => _server.StartAsync(new HttpApplication(), cancellationToken);

    /// <summary>Stops accepting; connections live on. Clients whose handshake is over are still taken.</summary>
    public ValueTask UnbindAsync() => _listener.UnbindAsync();

    /// <summary>Another process accepts here from now on: stops accepting, and leaves the address to it.</summary>
    public ValueTask LeaveAsync()
    {
        _listener.Leave();
        return UnbindAsync();
    }

    /// <summary>Stops accepting, waits for connections to end, and cuts those that still live when the token fires.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _server.StopAsync(cancellationToken);

    /// <summary>Closes the socket, started or not.</summary>
    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        return _listener.DisposeAsync();
    }
}
