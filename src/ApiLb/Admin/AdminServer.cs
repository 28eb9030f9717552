using System.Net;
using System.Net.Sockets;
using ApiLb.Admin.Page;
using ApiLb.Configuration;
using ApiLb.Telemetry;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
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
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly ReadinessService _readiness;
    private readonly TrafficRateService _rates;
    private readonly TrafficHistory _history;
    private readonly PageFeed _page;
    private readonly AdminApplication _application;
    private readonly CancellationTokenSource _stopping = new();
    private readonly AdminSockets _sockets;
    private Socket? _socket;
    private Socket? _network;
    private KestrelServer? _server;
    private bool _isDisposed;
    private Task _observing = Task.CompletedTask;

    /// <param name="options">Where it is reached.</param>
    /// <param name="sources">What it shows and changes.</param>
    /// <param name="time">The clock of deadlines and intervals.</param>
    /// <param name="loggers">For one logger of each kind of part.</param>
    /// <param name="permission">Who may change something; null: as this host's files say.</param>
    /// <param name="sockets">Where sockets are had; null: all are bound. Disposed by the stop.</param>
    public AdminServer(
        AdminOptions options, AdminSources sources, TimeProvider time, ILoggerFactory loggers, OperatorPermission? permission = null, AdminSockets? sockets = null)
    {
        _options = options;
        _sockets = sockets ?? new AdminSockets();
        _time = time;
        _loggers = loggers;
        _logger = loggers.CreateLogger<AdminServer>();
        _readiness = new ReadinessService(sources.Pools, time);
        _rates = new TrafficRateService(sources.Pools, Counters, time);
        _history = new TrafficHistory(sources.Pools, Counters, time);
        var status = new StatusReader(sources, _readiness, _rates, time);
        var renderer = new PageRenderer(status, new BackendExplainer(sources, status), _history, time);
        _page = new PageFeed(renderer.Render, time, _logger, _stopping.Token);
        Routes = new AdminRoutes(sources, status, _page, permission ?? OperatorPermission.OfThisHost(), time);
        _application = new AdminApplication(new AdminRequestHandler(Routes, time, loggers.CreateLogger<AdminRequestHandler>()));

        IEnumerable<ListenerCounters> Counters() => sources.Listeners.Select(l => l.Counters);
    }

    public AdminRoutes Routes { get; }

    /// <summary>Where <c>admin.listen</c> ended up, which matters for port 0; null when there is none.</summary>
    public IPEndPoint? BoundEndPoint { get; private set; }

    /// <summary>Takes the socket and the address; nobody is answered before <see cref="StartAsync"/>.</summary>
    /// <exception cref="AdminBindException">One of them cannot be had.</exception>
    public async Task BindAsync(CancellationToken cancellation)
    {
        try
        {
            _socket ??= _options.Socket is { } path ? await _sockets.BindAsync(path, "admin.socket", cancellation) : null;
            _network ??= _options.Listen is { } address ? _sockets.Bind(address) : null;
        }
        catch (SocketException e)
        {
            throw new AdminBindException($"admin.listen: cannot listen on {_options.Listen}: {e.Message}. Stop what holds the address, or choose another.", e);
        }
    }

    /// <exception cref="AdminBindException">The socket or the address cannot be had.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        await BindAsync(cancellation);
        _observing = Task.WhenAll(_readiness.RunAsync(_stopping.Token), _rates.RunAsync(_stopping.Token), _history.RunAsync(_stopping.Token), _page.RunAsync());
        if (_options is { Socket: null, Listen: null })
        {
            // Kestrel without end points would take port 5000.
            return;
        }

        _server = NewServer();
        try
        {
            await _server.StartAsync(_application, cancellation);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new AdminBindException(
                $"admin.listen: cannot listen on {_options.Listen}: {e.InnerException?.Message ?? e.Message}. Stop what holds the address, or choose another.", e);
        }

        BoundEndPoint = FindBoundEndPoint(_server);
        Log.Started(_logger, _options.Socket ?? "none", BoundEndPoint?.ToString() ?? "none");
    }

    /// <summary><c>/lb/readyz</c> is red from now on, so that a virtual IP can move. Thread-safe.</summary>
    public void BeginShutdown() => _readiness.BeginShutdown();

    /// <summary>Call it last: until then an operator can watch the shutdown.</summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        await _stopping.CancelAsync();
        await _observing;
        await (_server?.StopAsync(cancellation) ?? Task.CompletedTask);
        _sockets.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        await StopAsync(CancellationToken.None);
        _server?.Dispose();
        _page.Dispose();
        _stopping.Dispose();
    }

    private KestrelServer NewServer() =>
        new(Options.Create(KestrelOptions()), new AdminTransport(e => e is UnixDomainSocketEndPoint ? _socket! : _network!, _time, _logger), _loggers);

    private KestrelServerOptions KestrelOptions()
    {
        var kestrel = new KestrelServerOptions { AddServerHeader = false };
        AdminLimits.Apply(kestrel.Limits);
        if (_options.Socket is { } path)
        {
            kestrel.Listen(new UnixDomainSocketEndPoint(path), listen => Mark(listen, AdminSurface.Socket));
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
            if (ReferenceEquals(surface, AdminSurface.Socket) && connection.Features.Get<IConnectionSocketFeature>() is { } peer)
            {
                connection.Features.Set(PeerCredentials.Of(peer.Socket));
            }

            return next(connection);
        });
    }

    private IPEndPoint? FindBoundEndPoint(KestrelServer server)
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var tcp = addresses.Where(a => !a.Contains("//unix:", StringComparison.Ordinal)).Select(a => new Uri(a)).FirstOrDefault();
        return _options.Listen is { } asked && tcp is not null ? new IPEndPoint(asked.Address, tcp.Port) : null;
    }

    private static partial class Log
    {
        [LoggerMessage(11, LogLevel.Information, "Admin: socket {Socket}, metrics and health on {Address}.")]
        public static partial void Started(ILogger logger, string socket, string address);
    }
}
