using System.Collections.Concurrent;
using ApiLb.Backends;
using ApiLb.Balancing;
using ApiLb.Telemetry;
using Microsoft.Extensions.Logging;

namespace ApiLb.Http;

/// <summary>
/// The way of requests to one pool: whom to try, and the connections to each. The pool alone knows who is fit, and is told who
/// failed. Lives as long as its pool is configured. Thread-safe.
/// </summary>
internal sealed class PoolForwarder
{
    private readonly Balancer _balancer;
    private readonly ConnectionMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile Clients _clients;

    public PoolForwarder(Balancer balancer, ConnectionMetrics metrics, TimeProvider time, ILogger<PoolForwarder> logger)
    {
        _balancer = balancer;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _clients = NewClients();
        balancer.Pool.Removed += backend => _clients.ByBackend.TryRemove(backend, out _);
    }

    public BackendPool Pool => _balancer.Pool;

    public ConnectionMetrics Metrics => _metrics;

    /// <summary>Backends are spoken to in HTTP/2, where nothing is to be upgraded.</summary>
    public bool IsHttp2 => ClientsNow().Terms.IsHttp2;

    public Candidates CandidatesFor(Visitor visitor) => _balancer.CandidatesFor(visitor.Address);

    public BackendClient ClientOf(Backend backend)
    {
        var clients = ClientsNow();
        return clients.ByBackend.TryGetValue(backend, out var client)
            ? client
            : clients.ByBackend.GetOrAdd(backend, static (b, its) => new BackendClient(b, its.Forwarder.Pool, its.Dialer, its.Forwarder._metrics, its.Forwarder._time), (Forwarder: this, clients.Dialer));
    }

    /// <summary>Those of before are only forgotten when the settings have changed: requests that use them go on.</summary>
    private Clients ClientsNow()
    {
        var clients = _clients;
        if (!ReferenceEquals(clients.Options, Pool.Options))
        {
            var fresh = NewClients();
            _clients = clients = fresh.Terms == clients.Terms ? clients with { Options = fresh.Options } : fresh;
        }

        return clients;
    }

    private Clients NewClients()
    {
        var options = Pool.Options;
        var terms = UpstreamTerms.Of(options);
        return new Clients(options, terms, new UpstreamDialer(terms, _time, _logger), new ConcurrentDictionary<Backend, BackendClient>());
    }

    private sealed record Clients(
        Configuration.PoolOptions Options, UpstreamTerms Terms, UpstreamDialer Dialer, ConcurrentDictionary<Backend, BackendClient> ByBackend);
}
