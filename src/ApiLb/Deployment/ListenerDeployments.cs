using ApiLb.Admin;
using ApiLb.Admission;
using ApiLb.Configuration;
using ApiLb.Listening;
using ApiLb.Tcp;
using ApiLb.Telemetry;
using ApiLb.Transport;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace ApiLb.Deployment;

/// <summary>
/// All listeners of the daemon. One caller at a time changes them; the lists may be read on any thread. Sockets are bound by
/// <see cref="BindAsync"/>, which may fail, and change hands in <see cref="SwapAsync"/>, which does not.
/// </summary>
internal sealed class ListenerDeployments(
    TcpTransport transport, ConnectionLimit limit, DaemonMetrics metrics, TimeProvider time, ILoggerFactory loggers) : IAsyncDisposable
{
    private readonly RetiredAddresses _retired = new();
    private HttpDeployments? _http;

    public LiveList<ListenerServer> Listeners { get; } = new([]);

    public required LiveList<ListenerCounters> Counters { get; init; }

    /// <summary>As the admin surface shows them.</summary>
    public LiveList<AdminListener> AdminListeners { get; } = new([]);

    public LiveList<ListenerAdmission> Admissions { get; } = new([]);

    /// <summary>All listening sockets, as another process may take them over.</summary>
    public IReadOnlyList<InheritedSocket> Sockets => [.. Listeners.SelectMany(l => l.Addresses).Select(a => a.Socket)];

    public static TcpTransportOptions TransportOptionsOf(TransportOptions options) =>
        options.Reactors is { } reactors ? new TcpTransportOptions { Reactors = reactors } : new TcpTransportOptions();

    /// <summary>Takes every address that is not had yet.</summary>
    /// <returns>Which listener gets which address. Give it to <see cref="SwapAsync"/>, or dispose it.</returns>
    /// <exception cref="IOException">An address cannot be had; the message names it and says why. Nothing was bound.</exception>
    public Task<AddressPlan> BindAsync(IReadOnlyList<ListenerOptions> listeners) =>
        AddressPlan.BindAsync(listeners, Listeners, address => AddressServer.Bind(address, transport, loggers));

    /// <summary>Gives all listeners their settings and addresses; whoever is no longer configured stops accepting.</summary>
    /// <param name="listeners">All of them.</param>
    /// <param name="isChanged">Whose settings are others than before. New ones are asked for too.</param>
    /// <param name="addresses">Bound for them.</param>
    /// <param name="pools">All of them.</param>
    public async Task SwapAsync(
        IReadOnlyList<ListenerOptions> listeners,
        Predicate<string> isChanged,
        AddressPlan addresses,
        PoolDeployments pools)
    {
        var servers = listeners.Select(l => isChanged(l.Name) ? Serve(l, pools) : Find(l.Name)!).ToArray();
        foreach (var server in servers)
        {
            server.ServeOn(addresses.Of(server.Options.Name));
        }

        _http?.Keep(listeners, pools.Balancers);

        Listeners.Replace(servers);
        Counters.Replace(servers.Select(s => s.Counters));
        AdminListeners.Replace(servers.Select(s => new AdminListener(s.Options, s.Counters)));
        Admissions.Replace(servers.Select(s => s.Admission).OfType<ListenerAdmission>());
        await addresses.StartAsync();
        await _retired.AddAsync(addresses.Unused);
    }

    /// <summary>Another process accepts from now on: stops accepting, and leaves the addresses to it. Connections live on.</summary>
    public async Task LeaveAsync()
    {
        foreach (var address in Listeners.SelectMany(l => l.Addresses))
        {
            await address.LeaveAsync();
        }
    }

    /// <summary>Stops accepting, waits for connections to end, and cuts those that still live when the token fires.</summary>
    public Task StopAsync(CancellationToken cut) =>
        Task.WhenAll([_retired.StopAsync(cut), .. Listeners.SelectMany(l => l.Addresses).Select(a => a.StopAsync(cut))]);

    public async ValueTask DisposeAsync()
    {
        await _retired.DisposeAsync();
        foreach (var address in Listeners.SelectMany(l => l.Addresses))
        {
            await address.DisposeAsync();
        }

        _http?.Dispose();
    }

    private ListenerServer? Find(string name) => Listeners.FirstOrDefault(l => l.Options.Name == name);

    private ListenerServer Serve(ListenerOptions options, PoolDeployments pools)
    {
        var server = Find(options.Name) ?? new ListenerServer(options, new ListenerCounters(options.Name));
        var admission = new ListenerAdmission(options, limit, time, server.Admission);
        server.Serve(options, admission, options.SpeaksHttp() ? ServeHttp(options, admission, server.Counters, pools) : ServeTcp(options, admission, server.Counters, pools));
        return server;
    }

    private Func<ConnectionContext, ConnectionDelegate, Task> ServeHttp(
        ListenerOptions options, ListenerAdmission admission, ListenerCounters counters, PoolDeployments pools)
    {
        _http ??= new HttpDeployments(metrics, Counters, transport.Streams, time, loggers);
        return _http.Serve(options, admission, counters, pools.Balancers).OnConnectedAsync;
    }

    private Func<ConnectionContext, ConnectionDelegate, Task> ServeTcp(
        ListenerOptions options, ListenerAdmission admission, ListenerCounters counters, PoolDeployments pools)
    {
        var routes = new RouteTable(options, pools.Connectors, metrics.Connections);
        var handler = new TcpProxyHandler(options, admission, routes, counters, loggers.CreateLogger<TcpProxyHandler>());
        return (connection, _) => handler.OnConnectedAsync(connection);
    }
}
