using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace ApiLb.Admin;

/// <summary>
/// Accepts for Kestrel in place of its own sockets listener, which without file descriptors tries again at once and so keeps
/// a core busy for as long as a client waits (measured; SocketConnectionListener.AcceptAsync retries every SocketException).
/// </summary>
internal sealed partial class AdminConnectionListener(
    Socket socket, SocketConnectionContextFactory connections, TimeProvider time, ILogger logger) : IConnectionListener
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private bool _isInTrouble;

    public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

    /// <returns>Null when the listener was closed.</returns>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                var client = await socket.AcceptAsync(cancellationToken);
                _isInTrouble = false;
                return connections.Create(client);
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException { SocketErrorCode: SocketError.OperationAborted })
            {
                return null;
            }
            catch (SocketException error) when (error.SocketErrorCode is SocketError.ConnectionAborted or SocketError.ConnectionReset)
            {
                // That one client left before it was its turn.
                continue;
            }
            catch (SocketException error)
            {
                Report(error);
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        connections.Dispose();
        return UnbindAsync();
    }

    private void Report(SocketException error)
    {
        if (!_isInTrouble)
        {
            _isInTrouble = true;
            Log.CannotAccept(logger, EndPoint, error.Message, Pause.TotalMilliseconds);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(12, LogLevel.Warning,
            "Admin: {EndPoint} cannot accept: {Reason}. Next tries every {Milliseconds} ms. If file descriptors ran out, raise LimitNOFILE.")]
        public static partial void CannotAccept(ILogger logger, EndPoint endPoint, string reason, double milliseconds);
    }
}
