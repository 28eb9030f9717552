using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace ApiLb.Admin;

/// <summary>Kestrel's sockets transport for the admin end points, which are bound already, but for how it accepts.</summary>
/// <param name="find">The socket of an end point.</param>
/// <param name="time">For pauses.</param>
/// <param name="logger">Told when accepting fails.</param>
internal sealed class AdminTransport(Func<EndPoint, Socket> find, TimeProvider time, ILogger logger) : IConnectionListenerFactory
{
    private const int Backlog = 512;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var socket = find(endpoint);
        socket.Listen(Backlog);
        var connections = new SocketConnectionContextFactory(new SocketConnectionFactoryOptions(), logger);
        return new ValueTask<IConnectionListener>(new AdminConnectionListener(socket, connections, time, logger));
    }
}
