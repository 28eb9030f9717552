using System.Net;
using ApiLb.Configuration;
using ApiLb.Tcp;
using ApiLb.Telemetry;
using ApiLb.Transport;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ApiLb.Listening;

/// <summary>
/// One listener of the configuration: a Kestrel server of its own, so that listeners can come and go while the daemon runs.
/// Kestrel keeps the accept loop, the connections and the graceful stop; the bytes stay in the transport.
/// </summary>
internal sealed class ListenerServer : IAsyncDisposable
{
    private readonly KestrelServer _server;
    private readonly BindingRecorder _transport;

    public ListenerServer(
        ListenerOptions options, TcpProxyHandler handler, ListenerCounters counters, TcpTransport transport, ILoggerFactory loggers)
    {
        Options = options;
        Counters = counters;
        _transport = new BindingRecorder(transport);
        _server = new KestrelServer(
            new OptionsWrapper<KestrelServerOptions>(Endpoints(options, handler)), _transport, new ScopelessLoggerFactory(loggers));
    }

    public ListenerOptions Options { get; }

    public ListenerCounters Counters { get; }

    /// <summary>Where it really listens: port 0 is resolved. Empty until started.</summary>
    public IReadOnlyList<EndPoint> Bound => _transport.Bound;

    /// <exception cref="IOException">An address cannot be bound; the message names it and says why.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _server.StartAsync(new NoHttpApplication(), cancellationToken);
        }
        catch (IOException error)
        {
            // Kestrel hides an address in use behind words of its own, which take it for http://.
            throw new IOException($"listeners.{Options.Name}.bind: {(error.InnerException ?? error).Message}", error);
        }
    }

    /// <summary>Stops accepting, waits for connections to end, and cuts those that still live when the token fires.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _server.StopAsync(cancellationToken);

    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        return ValueTask.CompletedTask;
    }

    private static KestrelServerOptions Endpoints(ListenerOptions options, TcpProxyHandler handler)
    {
        var kestrel = new KestrelServerOptions();
        foreach (var address in options.Bind)
        {
            var speaksFirst = options.Protocol == ListenerProtocol.Tls || options.ProxyProtocol is not null;
            var endPoint = new TcpListenEndPoint(address) { WaitsForData = speaksFirst };
            kestrel.Listen(endPoint, listen => listen.Use(_ => handler.OnConnectedAsync));
        }

        return kestrel;
    }

    /// <summary>Kestrel wants an HTTP application even where no connection ever reaches HTTP.</summary>
    private sealed class NoHttpApplication : Microsoft.AspNetCore.Hosting.Server.IHttpApplication<object>
    {
        public object CreateContext(IFeatureCollection contextFeatures) => throw new NotSupportedException();

        public Task ProcessRequestAsync(object context) => throw new NotSupportedException();

        public void DisposeContext(object context, Exception? exception) => throw new NotSupportedException();
    }
}
