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

    /// <summary>How long a client of a <c>tls</c> listener may take to send its ClientHello. Default 10 s.</summary>
    public TimeSpan FirstFlightTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public ListenerLimitOptions Limits { get; init; } = new();

    /// <summary>Networks whose clients may connect; empty: all. Clients of a unix socket always may.</summary>
    public IReadOnlyList<IPNetwork> Allow { get; init; } = [];

    /// <summary>Networks whose clients may not connect, also when <see cref="Allow"/> has them.</summary>
    public IReadOnlyList<IPNetwork> Deny { get; init; } = [];
}
