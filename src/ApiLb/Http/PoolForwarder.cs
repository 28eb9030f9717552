using ApiLb.Backends;
using ApiLb.Balancing;
using ApiLb.Telemetry;
using ApiLb.Transport;
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
    private readonly StreamReactors _reactors;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private volatile Clients _clients;

    public PoolForwarder(Balancer balancer, ConnectionMetrics metrics, StreamReactors reactors, TimeProvider time, ILogger<PoolForwarder> logger)
    {
        _balancer = balancer;
        _metrics = metrics;
        _reactors = reactors;
        _time = time;
        _logger = logger;
        _clients = NewClients();
        balancer.Pool.Removed += backend => _clients.All.Remove(backend);
    }

    public BackendPool Pool => _balancer.Pool;

    public ConnectionMetrics Metrics => _metrics;

    /// <summary>Backends are spoken to in HTTP/2, where nothing is to be upgraded.</summary>
    public bool IsHttp2 => ClientsNow().Terms.IsHttp2;

    public Candidates CandidatesFor(Visitor visitor) => _balancer.CandidatesFor(visitor.Address);

    /// <summary>The connections to a backend, for one request; <see cref="BackendClient.Leave"/> them.</summary>
    public BackendClient EnterClientOf(Backend backend) => ClientsNow().All.Enter(backend);

    /// <summary>The pool is not configured any longer.</summary>
    public void Retire()
    {
        lock (_lock)
        {
            _clients.All.Retire();
        }
    }

    private Clients ClientsNow()
    {
        var clients = _clients;
        return ReferenceEquals(clients.Options, Pool.Options) ? clients : Renew();
    }

    private Clients Renew()
    {
        lock (_lock)
        {
            var (before, options) = (_clients, Pool.Options);
            var terms = UpstreamTerms.Of(options);
            if (terms == before.Terms)
            {
                return _clients = before with { Options = options };
            }

            _clients = NewClients();
            before.All.Retire();
            return _clients;
        }
    }

    private Clients NewClients()
    {
        var options = Pool.Options;
        var terms = UpstreamTerms.Of(options);
        var dialer = new UpstreamDialer(terms, _reactors, _time, _logger);
        return new Clients(options, terms, new BackendClients(backend => new BackendClient(backend, Pool, dialer, _metrics, _time)));
    }

    private sealed record Clients(Configuration.PoolOptions Options, UpstreamTerms Terms, BackendClients All);
}
