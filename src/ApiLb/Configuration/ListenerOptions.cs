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

    /// <summary>Which server names other pools serve; only with protocol <c>tls</c>. No name is in two of them.</summary>
    public IReadOnlyList<RouteOptions> Routes { get; init; } = [];

    /// <summary>Null: clients connect themselves.</summary>
    public ProxyProtocolOptions? ProxyProtocol { get; init; }

    /// <summary>How long a client may take to send its PROXY header and, to a <c>tls</c> listener, its ClientHello. Default 10 s.</summary>
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

    /// <summary>With <see cref="ConnectionLogging.All"/>: one in so many of the ordinary ones, 1 to 1,000,000. Default 1.</summary>
    public int LogSample { get; init; } = 1;

    /// <summary>The names of all pools that serve this listener, the default pool first, each once.</summary>
    public IEnumerable<string> PoolNames() =>
        Routes.Select(route => route.Pool).Prepend(Pool).OfType<string>().Distinct(StringComparer.Ordinal);
}
