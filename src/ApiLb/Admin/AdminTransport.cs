using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace ApiLb.Admin;

/// <summary>Kestrel's sockets transport for the admin end points, but for how it accepts.</summary>
/// <param name="unixSocket">Bound already, where an end point is a unix socket.</param>
/// <param name="time">For pauses.</param>
/// <param name="logger">Told when accepting fails.</param>
internal sealed class AdminTransport(Socket? unixSocket, TimeProvider time, ILogger logger) : IConnectionListenerFactory
{
    private const int Backlog = 512;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var socket = endpoint is UnixDomainSocketEndPoint && unixSocket is not null
            ? unixSocket
            : SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        socket.Listen(Backlog);
        var connections = new SocketConnectionContextFactory(new SocketConnectionFactoryOptions(), logger);
        return new ValueTask<IConnectionListener>(new AdminConnectionListener(socket, connections, time, logger));
    }
}
