using ApiLb.Admission;
using ApiLb.Balancing;
using ApiLb.Configuration;
using ApiLb.Http;
using ApiLb.Telemetry;
using ApiLb.Transport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace ApiLb.Deployment;

/// <summary>
/// What HTTP listeners consist of beside what every listener has. Made when the first is configured: a daemon without one loads
/// nothing of it. One caller at a time.
/// </summary>
internal sealed class HttpDeployments : IDisposable
{
    private readonly Dictionary<string, HttpSite> _sites = new(StringComparer.Ordinal);
    private readonly Dictionary<Balancer, PoolForwarder> _forwarders = [];
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggers;
    private readonly DaemonMetrics _daemonMetrics;
    private readonly HttpMetrics _metrics;
    private readonly ServiceProvider _services;
    private readonly IHttpForwarder _forwarder;
    private readonly StreamReactors _reactors;

    public HttpDeployments(DaemonMetrics metrics, IReadOnlyList<ListenerCounters> listeners, StreamReactors reactors, TimeProvider time, ILoggerFactory loggers)
    {
        (_reactors, _time, _loggers, _daemonMetrics) = (reactors, time, loggers, metrics);
        _metrics = new HttpMetrics(metrics, listeners);

        // YARP's forwarder can be had from a container only. It holds nothing but its log and a clock.
        _services = new ServiceCollection().AddSingleton(loggers).AddLogging().AddHttpForwarder().BuildServiceProvider();
        _forwarder = _services.GetRequiredService<IHttpForwarder>();
    }

    /// <summary>Gives requests to this listener these settings.</summary>
    /// <returns>Who takes its connections.</returns>
    public HttpProxyHandler Serve(ListenerOptions options, ListenerAdmission admission, ListenerCounters counters, IReadOnlyDictionary<string, Balancer> balancers)
    {
        if (!_sites.TryGetValue(options.Name, out var site))
        {
            _sites[options.Name] = site = new HttpSite(options.Name, counters, _forwarder, _metrics, _time, _loggers.CreateLogger<HttpSite>());
        }

        site.Serve(options, RoutesOf(options, site.Routes, balancers));
        var tls = options.Tls is { } settings
            ? new TlsTermination(options.Name, settings, new ServerCertificates(settings, _time, _loggers.CreateLogger<ServerCertificates>()), _loggers.CreateLogger<TlsTermination>())
            : null;
        return new HttpProxyHandler(options, admission, site, tls, _reactors, _loggers.CreateLogger<HttpProxyHandler>());
    }

    /// <summary>Those that are no HTTP listeners any longer are forgotten; their connections live on.</summary>
    public void Keep(IReadOnlyList<ListenerOptions> listeners, IReadOnlyDictionary<string, Balancer> balancers)
    {
        foreach (var name in _sites.Keys.Except(listeners.Where(l => l.SpeaksHttp()).Select(l => l.Name)).ToArray())
        {
            _sites.Remove(name);
        }

        foreach (var gone in _forwarders.Keys.Except(balancers.Values).ToArray())
        {
            _forwarders.Remove(gone, out var forwarder);
            forwarder!.Retire();
        }

        _metrics.Routes = [.. _sites.Values.SelectMany(s => s.Counters())];
    }

    public void Dispose()
    {
        foreach (var forwarder in _forwarders.Values)
        {
            forwarder.Retire();
        }

        _services.Dispose();
    }

    private HttpRouteTable RoutesOf(ListenerOptions options, HttpRouteTable? before, IReadOnlyDictionary<string, Balancer> balancers)
    {
        var fallback = options.Pool is { } pool ? RouteOf(options.Name, HttpRoute.DefaultName, new RouteOptions { Pool = pool }, before, balancers) : null;
        return new HttpRouteTable([.. options.Routes.Select(r => RouteOf(options.Name, HttpRoute.NameOf(r), r, before, balancers))], fallback);
    }

    /// <summary>What was counted of a route, and who has used up how much of its rate, outlives a reload.</summary>
    private HttpRoute RouteOf(string listener, string name, RouteOptions options, HttpRouteTable? before, IReadOnlyDictionary<string, Balancer> balancers)
    {
        var counters = new RouteCounters(listener, name, options.Pool);
        var former = before?.All.FirstOrDefault(r => r.Counters.IsSameAs(counters));
        var rate = options.RateLimit is not { } limit ? null
            : former?.Rate is { } kept && kept.Options == limit ? kept
            : new RequestRate(limit, _time);
        return new HttpRoute(options, ForwarderTo(balancers[options.Pool]), former?.Counters ?? counters, rate);
    }

    private PoolForwarder ForwarderTo(Balancer balancer)
    {
        if (!_forwarders.TryGetValue(balancer, out var forwarder))
        {
            _forwarders[balancer] = forwarder = new PoolForwarder(balancer, _daemonMetrics.Connections, _reactors, _time, _loggers.CreateLogger<PoolForwarder>());
        }

        return forwarder;
    }
}
