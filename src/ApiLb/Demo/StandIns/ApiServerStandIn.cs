using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;

namespace ApiLb.Demo.StandIns;

/// <summary>
/// A server that stands in for a kube-apiserver: HTTPS with HTTP/1.1 and HTTP/2, and it can be killed, frozen, drained and
/// revived on the same port. Thread-safe; the calls that change it run one after the other.
/// </summary>
internal sealed class ApiServerStandIn : IAsyncDisposable
{
    private static readonly TimeSpan LongerThanAnyDemo = TimeSpan.FromDays(7);

    private readonly SemaphoreSlim _changing = new(1);
    private readonly ConcurrentDictionary<ConnectionContext, byte> _connections = new();
    private readonly FreezeGate _gate = new();
    private readonly X509Certificate2 _certificate;
    private readonly StandInApplication _application;
    private WebApplication? _host;
    private volatile StandInMode _mode = StandInMode.Killed;

    /// <param name="name">Its name, in <c>X-Served-By</c> and in the node list.</param>
    /// <param name="endPoint">Where to listen; with port 0 a free port is taken at the first start and kept from then on.</param>
    /// <param name="certificate">Its certificate with key; owned from now on.</param>
    /// <param name="time">The clock of its documents and watches.</param>
    public ApiServerStandIn(string name, IPEndPoint endPoint, X509Certificate2 certificate, TimeProvider time)
    {
        Name = name;
        EndPoint = endPoint;
        _certificate = certificate;
        _application = new StandInApplication(new KubernetesApi(name, () => _mode, time));
    }

    public string Name { get; }

    public IPEndPoint EndPoint { get; private set; }

    public StandInMode Mode => _mode;

    /// <summary>Starts it, or lets it go on: whatever was done to it, it serves afterwards, on the same port.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public Task ReviveAsync(CancellationToken cancellationToken) => ChangeAsync(
        async () =>
        {
            if (_host is null)
            {
                await StartAsync(cancellationToken);
            }

            _mode = StandInMode.Serving;
            _gate.Open();
        },
        cancellationToken);

    /// <summary>As SIGKILL does: the port refuses, every connection is reset.</summary>
    public Task KillAsync(CancellationToken cancellationToken) => ChangeAsync(StopAsync, cancellationToken);

    /// <summary>As SIGSTOP does: connections are accepted by the kernel and get no answer. Nothing happens to a killed one.</summary>
    public Task FreezeAsync(CancellationToken cancellationToken) => ChangeAsync(
        () =>
        {
            if (_mode != StandInMode.Killed)
            {
                _mode = StandInMode.Frozen;
                _gate.Shut();
            }

            return Task.CompletedTask;
        },
        cancellationToken);

    /// <summary>As SIGTERM does at first: it serves, but says that it is shutting down. Only a serving one can be drained.</summary>
    public Task DrainAsync(CancellationToken cancellationToken) => ChangeAsync(
        () =>
        {
            _mode = _mode == StandInMode.Serving ? StandInMode.Draining : _mode;
            return Task.CompletedTask;
        },
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await KillAsync(CancellationToken.None);
        _certificate.Dispose();
        _changing.Dispose();
    }

    private async Task ChangeAsync(Func<Task> change, CancellationToken cancellationToken)
    {
        await _changing.WaitAsync(cancellationToken);
        try
        {
            await change();
        }
        finally
        {
            _changing.Release();
        }
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        ListenOptions? listen = null;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // A frozen process has no timeouts: neither has its stand-in.
            kestrel.Limits.KeepAliveTimeout = LongerThanAnyDemo;
            kestrel.Limits.RequestHeadersTimeout = LongerThanAnyDemo;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(EndPoint, o => Configure(listen = o));
        });
        var host = builder.Build();
        try
        {
            // The host is there for its services only: the server is started and stopped by itself, since a host stops gently.
            await host.Services.GetRequiredService<IServer>().StartAsync(_application, cancellationToken);
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }

        EndPoint = listen!.IPEndPoint!;
        _host = host;
    }

    private void Configure(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http1AndHttp2;
        listen.Use(next => connection => ServeAsync(next, connection));
        listen.UseHttps(new HttpsConnectionAdapterOptions
        {
            ServerCertificate = _certificate,
            HandshakeTimeout = LongerThanAnyDemo,
        });
    }

    private async Task ServeAsync(ConnectionDelegate next, ConnectionContext connection)
    {
        _connections.TryAdd(connection, 0);
        try
        {
            connection.Transport = new GatedPipe(connection.Transport, _gate, connection.ConnectionClosed);
            await next(connection);
        }
        finally
        {
            _connections.TryRemove(connection, out _);
        }
    }

    private async Task StopAsync()
    {
        if (_host is not { } host)
        {
            return;
        }

        _mode = StandInMode.Killed;
        _host = null;
        foreach (var (connection, _) in _connections)
        {
            // Kestrel answers an abort with RST, as the kernel does for a killed process.
            connection.Abort(new ConnectionAbortedException("The stand-in was killed."));
        }

        // A cancelled token means: the listening socket is closed and what is left of the connections is aborted, at once.
        await host.Services.GetRequiredService<IServer>().StopAsync(new CancellationToken(canceled: true));
        await host.DisposeAsync();
        _gate.Open();
    }
}
