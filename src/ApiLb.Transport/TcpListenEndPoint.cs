using System.Net;

namespace ApiLb.Transport;

/// <summary>An address to listen on with <see cref="TcpTransport"/>; other end points stay with Kestrel's own transports.</summary>
/// <param name="address">An <see cref="IPEndPoint"/> or a unix socket. <c>[::]</c> takes IPv4 clients too.</param>
internal sealed class TcpListenEndPoint(EndPoint address) : EndPoint
{
    public EndPoint Address { get; } = address;

    /// <summary>Wake only for clients that have sent something (TCP_DEFER_ACCEPT). Not for protocols in which the server speaks first.</summary>
    public bool WaitsForData { get; init; }

    /// <summary>Connections that the kernel queues while they are not accepted; capped by net.core.somaxconn.</summary>
    public int Backlog { get; init; } = 4096;

    public override string ToString() => Address.ToString() ?? "";
}
