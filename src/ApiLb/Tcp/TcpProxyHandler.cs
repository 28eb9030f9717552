using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Telemetry;
using ApiLb.Transport;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace ApiLb.Tcp;

/// <summary>
/// The life of a client's connection, from accept to its one terminal reason: the only place that closes, counts and logs.
/// </summary>
internal sealed partial class TcpProxyHandler(
    ListenerOptions listener, BackendConnector connector, ListenerCounters counters, ILogger<TcpProxyHandler> logger)
{
    private readonly RelayTimeouts _timeouts = new(connector.Pool.Options.Timeouts.HalfClosed, connector.Pool.Options.Timeouts.Idle);

    /// <summary>Serves one connection; Kestrel calls it and disposes the connection afterwards.</summary>
    public async Task OnConnectedAsync(ConnectionContext connection)
    {
        // One method on purpose: what lives across the relay is paid for by every idle connection.
        var client = (ClientConnection)connection;
        var proxied = default(ProxiedConnection);
        var reason = CloseReason.LocalFault;
        counters.ConnectionAccepted();
        try
        {
            (var backend, reason) = await FindBackendAsync(client);
            if (backend is not null)
            {
                reason = CloseReason.LocalFault;
                proxied = new ProxiedConnection(client, backend, mayMove: false);
                proxied.Backend.Connections.Add(proxied);
                reason = ReasonOf(await client.RelayAsync(backend, proxied.Backend.Counters.Relayed, _timeouts), proxied);
            }
        }
        catch (Exception error)
        {
            Log.Bug(logger, listener.Name, error);
        }
        finally
        {
            End(client, proxied, reason);
        }
    }

    private async ValueTask<ConnectResult> FindBackendAsync(ClientConnection client)
    {
        using var hello = listener.Protocol == ListenerProtocol.Tls
            ? await ClientHelloReader.ReadAsync(client, listener.FirstFlightTimeout, connector.Time)
            : FirstFlight.None;
        return hello.HasFailed ? new ConnectResult(null, hello.Failure) : await connector.ConnectAsync(client, hello.Bytes);
    }

    private void End(ClientConnection client, ProxiedConnection? proxied, CloseReason reason)
    {
        var isComplete = reason is CloseReason.ClientEof or CloseReason.ServerEof;
        if (!isComplete)
        {
            client.Reset();
        }

        if (proxied is not null)
        {
            var backend = proxied.Backend;
            backend.Connections.Remove(proxied);
            Close(proxied.Connection, isComplete);
            backend.Leave();
            backend.Counters.Closed(reason);
            connector.Metrics.Closed(backend, connector.Time.GetElapsedTime(proxied.Connection.StartedAt));
        }

        counters.ConnectionClosed(reason);
        Log.Closed(logger, listener.Name, client.Address, reason);
    }

    /// <summary>What a side has not seen to its end must end in a reset: a truncation must never look like an end.</summary>
    private static void Close(BackendConnection connection, bool isComplete)
    {
        if (isComplete)
        {
            connection.Close();
        }
        else
        {
            connection.Reset();
        }
    }

    private static CloseReason ReasonOf(RelayResult result, ProxiedConnection proxied) => result.End switch
    {
        RelayEnd.ClientFinished => CloseReason.ClientEof,
        RelayEnd.BackendFinished => CloseReason.ServerEof,
        RelayEnd.ClientFailed => CloseReason.ClientReset,
        RelayEnd.BackendFailed => CloseReason.ServerReset,
        RelayEnd.HalfClosedTimeout => CloseReason.HalfClosedTimeout,
        RelayEnd.IdleTimeout => CloseReason.Idle,
        _ => proxied.ClosedFor ?? CloseReason.Shutdown,
    };

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Listener {Listener}: a connection met a bug in ApiLb and was reset.")]
        public static partial void Bug(ILogger logger, string listener, Exception error);

        [LoggerMessage(2, LogLevel.Debug, "Listener {Listener}: connection from {Client} closed: {Reason}.")]
        public static partial void Closed(ILogger logger, string listener, ClientAddress client, CloseReason reason);
    }
}
