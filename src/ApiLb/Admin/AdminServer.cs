using System.Net;
using System.Net.Sockets;
using ApiLb.Configuration;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ApiLb.Admin;

/// <summary>
/// The admin socket and <c>admin.listen</c>: a Kestrel of their own, so that the data plane's limits do not touch them.
/// Start once, stop once.
/// </summary>
internal sealed partial class AdminServer : IAsyncDisposable
{
    private readonly AdminOptions _options;
    private readonly ILogger _logger;
    private readonly ReadinessService _readiness;
    private readonly AdminApplication _application;
    private readonly KestrelServer _server;
    private readonly CancellationTokenSource _stopping = new();
    private readonly UnixDomainSocketEndPoint? _socketEndPoint;
    private Socket? _socket;
    private Task _observing = Task.CompletedTask;

    /// <exception cref="AdminBindException">The socket's path is impossible.</exception>
    public AdminServer(AdminOptions options, AdminSources sources, TimeProvider time, ILoggerFactory loggers)
    {
        _options = options;
        _socketEndPoint = options.Socket is { } path ? EndPointOf(path) : null;
        _logger = loggers.CreateLogger<AdminServer>();
        _readiness = new ReadinessService(sources.Pools, time);
        var status = new StatusReader(sources, _readiness, time);
        _application = new AdminApplication(
            new AdminRequestHandler(sources, _readiness, status, time, loggers.CreateLogger<AdminRequestHandler>()));
        var transport = new SocketTransportOptions { CreateBoundListenSocket = BoundSocket };
        _server = new KestrelServer(
            Options.Create(KestrelOptions()), new SocketTransportFactory(Options.Create(transport), loggers), loggers);
    }

    /// <summary>Where <c>admin.listen</c> ended up, which matters for port 0; null when there is none.</summary>
    public IPEndPoint? BoundEndPoint { get; private set; }

    /// <exception cref="AdminBindException">The socket or the address cannot be had.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        if (_socketEndPoint is not null)
        {
            _socket = await AdminSocket.BindAsync(_socketEndPoint, cancellation);
        }

        try
        {
            await _server.StartAsync(_application, cancellation);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new AdminBindException(
                $"admin.listen: cannot listen on {_options.Listen}: {e.InnerException?.Message ?? e.Message}. Stop what holds the address, or choose another.", e);
        }

        BoundEndPoint = FindBoundEndPoint();
        _observing = _readiness.RunAsync(_stopping.Token);
        Log.Started(_logger, _options.Socket ?? "none", BoundEndPoint?.ToString() ?? "none");
    }

    /// <summary><c>/lb/readyz</c> is red from now on, so that a virtual IP can move. Thread-safe.</summary>
    public void BeginShutdown() => _readiness.BeginShutdown();

    /// <summary>Call it last: until then an operator can watch the shutdown.</summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        await _stopping.CancelAsync();
        await _observing;
        await _server.StopAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        _server.Dispose();
        _socket?.Dispose();
        _stopping.Dispose();
    }

    private static UnixDomainSocketEndPoint EndPointOf(string path)
    {
        try
        {
            return new UnixDomainSocketEndPoint(path);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new AdminBindException($"admin.socket: {path} is too long for a unix socket, choose one of at most 107 bytes.", e);
        }
    }

    private Socket BoundSocket(EndPoint endPoint) => endPoint is UnixDomainSocketEndPoint
        ? _socket!
        : SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint);

    private KestrelServerOptions KestrelOptions()
    {
        var kestrel = new KestrelServerOptions { AddServerHeader = false };
        AdminLimits.Apply(kestrel.Limits);
        if (_socketEndPoint is not null)
        {
            kestrel.Listen(_socketEndPoint, listen => Mark(listen, AdminSurface.Socket));
        }

        if (_options.Listen is { } address)
        {
            kestrel.Listen(address, listen => Mark(listen, AdminSurface.Network));
        }

        return kestrel;
    }

    private static void Mark(ListenOptions listen, AdminSurface surface)
    {
        listen.Protocols = HttpProtocols.Http1;
        listen.Use(next => connection =>
        {
            connection.Features.Set(surface);
            return next(connection);
        });
    }

    private IPEndPoint? FindBoundEndPoint()
    {
        var addresses = _server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var tcp = addresses.Where(a => !a.Contains("//unix:", StringComparison.Ordinal)).Select(a => new Uri(a)).FirstOrDefault();
        return _options.Listen is { } asked && tcp is not null ? new IPEndPoint(asked.Address, tcp.Port) : null;
    }

    private static partial class Log
    {
        [LoggerMessage(11, LogLevel.Information, "Admin: socket {Socket}, metrics and health on {Address}.")]
        public static partial void Started(ILogger logger, string socket, string address);
    }
}
