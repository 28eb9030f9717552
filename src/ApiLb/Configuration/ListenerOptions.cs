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

    /// <summary>The name of the pool that serves this listener.</summary>
    public required string Pool { get; init; }

    /// <summary>Null: clients connect themselves.</summary>
    public ProxyProtocolOptions? ProxyProtocol { get; init; }

    /// <summary>How long a client may take to send its PROXY header and, to a <c>tls</c> listener, its ClientHello. Default 10 s.</summary>
    public TimeSpan FirstFlightTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
