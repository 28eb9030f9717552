using System.Net;

namespace ApiLb.Configuration;

/// <summary>One entry of <c>listeners</c>: where clients connect and which pool serves them.</summary>
internal sealed record ListenerOptions
{
    public required string Name { get; init; }

    /// <summary>
    /// One or more addresses. <c>*:6443</c> is <see cref="IPAddress.IPv6Any"/> and takes IPv4 clients too (or
    /// <see cref="IPAddress.Any"/> on a host without IPv6); <c>unix:/path</c> is a <c>UnixDomainSocketEndPoint</c>.
    /// </summary>
    public required IReadOnlyList<EndPoint> Bind { get; init; }

    public required ListenerProtocol Protocol { get; init; }

    /// <summary>The name of the pool that serves every client that no route takes; null: such clients are turned away.</summary>
    public string? Pool { get; init; }

    /// <summary>What other pools serve; not with protocol <c>tcp</c>. No two of them take the same.</summary>
    public IReadOnlyList<RouteOptions> Routes { get; init; } = [];

    /// <summary>Null: clients connect themselves.</summary>
    public ProxyProtocolOptions? ProxyProtocol { get; init; }

    /// <summary>With protocol <c>https</c>, and only then: how TLS ends here.</summary>
    public ListenerTlsOptions? Tls { get; init; }

    /// <summary>An <c>http</c> listener that answers every request with the same address under https. Default false.</summary>
    public bool RedirectToHttps { get; init; }

    /// <summary>HTTP: proxies before this one, whose X-Forwarded headers are kept and added to. Everybody else's are replaced.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>HTTP: which requests get a line in the log. Default: none.</summary>
    public RequestLogging LogRequests { get; init; } = RequestLogging.None;

    /// <summary>How long a client may take to send its PROXY header and, with TLS, its ClientHello; to an <c>https</c> listener its whole handshake. Default 10 s.</summary>
    public TimeSpan FirstFlightTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public ListenerLimitOptions Limits { get; init; } = new();

    /// <summary>Networks whose clients may connect; empty: all. Clients of a unix socket always may.</summary>
    public IReadOnlyList<IPNetwork> Allow { get; init; } = [];

    /// <summary>Networks whose clients may not connect, also when <see cref="Allow"/> has them.</summary>
    public IReadOnlyList<IPNetwork> Deny { get; init; } = [];

    /// <summary>What becomes of a client of a <c>tls</c> listener that sends no ClientHello. Default: it is reset.</summary>
    public BadHelloAction OnBadHello { get; init; } = BadHelloAction.Reject;

    /// <summary>Which connections get a line in the log. Default: none.</summary>
    public ConnectionLogging LogConnections { get; init; } = ConnectionLogging.None;

    /// <summary>With <see cref="ConnectionLogging.All"/> or <see cref="RequestLogging.All"/>: one in so many of the ordinary ones, 1 to 1,000,000. Default 1.</summary>
    public int LogSample { get; init; } = 1;

    /// <summary>Requests are read here: protocol <c>http</c> or <c>https</c>.</summary>
    public bool SpeaksHttp() => Protocol is ListenerProtocol.Http or ListenerProtocol.Https;

    /// <summary>The names of all pools that serve this listener, the default pool first, each once.</summary>
    public IEnumerable<string> PoolNames() =>
        Routes.Select(route => route.Pool).Prepend(Pool).OfType<string>().Distinct(StringComparer.Ordinal);
}
