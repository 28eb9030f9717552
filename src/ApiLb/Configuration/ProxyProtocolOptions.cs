using System.Net;

namespace ApiLb.Configuration;

/// <summary>Clients come through proxies, which say by a PROXY header whom they speak for.</summary>
internal sealed record ProxyProtocolOptions
{
    /// <summary>The proxies, at least one: nobody else may connect, because a header is believed. Those of a unix socket always may.</summary>
    public required IReadOnlyList<IPNetwork> From { get; init; }
}
