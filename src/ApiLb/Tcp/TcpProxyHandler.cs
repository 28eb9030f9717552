using ApiLb.Admission;
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
    ListenerOptions listener,
    ListenerAdmission admission,
    RouteTable routes,
    ListenerCounters counters,
    ILogger<TcpProxyHandler> logger)
{
    private readonly TraitsTable _traits = new(listener.Name);
    private readonly ConnectionLog _log = new(listener, logger);
    private readonly Entrance _entrance = new(listener, admission, counters);

    /// <summary>Serves one connection; Kestrel calls it and disposes the connection afterwards.</summary>
    public Task OnConnectedAsync(ConnectionContext connection)
    {
        // Refused clients come in floods: no state machine is started for them.
        var client = (ClientConnection)connection;
        counters.ConnectionAccepted();
        if (_entrance.AdmitAtAccept(client) is { } refusal)
        {
            Refuse(client, refusal);
            return Task.CompletedTask;
        }

        return ServeAsync(new ProxiedConnection(client));
    }

    private async Task ServeAsync(ProxiedConnection proxied)
    {
        // What lives across the relay is paid for by every idle connection: one method, one argument, one kind of awaiter.
        try
        {
            await FindBackendAsync(proxied);
            if (proxied.Backend is { } backend)
            {
                await proxied.Client.RelayAsync(proxied.Connection!, backend.Counters.Relayed, backend.Timeouts);
                proxied.Reason = ReasonOf(proxied);
            }
        }
        catch (Exception error)
        {
            Log.Bug(logger, listener.Name, error);
        }
        finally
        {
            End(proxied);
        }
    }

    private async ValueTask FindBackendAsync(ProxiedConnection proxied)
    {
        var client = proxied.Client;
        await client.EnterReactorAsync();
        var patience = listener.FirstFlightTimeout;
        if (listener.ProxyProtocol is not null)
        {
            var startedAt = client.Time.GetTimestamp();
            if (await _entrance.IdentifyAsync(client, patience) is { } refusal)
            {
                proxied.Reason = refusal;
                return;
            }

            patience -= client.Time.GetElapsedTime(startedAt);
        }

        using var flight = listener.Protocol == ListenerProtocol.Tls
            ? await ClientHelloReader.ReadAsync(client, patience)
            : FirstFlight.None;
        proxied.Traits = _traits.Of(flight.Hello, flight.Bytes.Span);
        if (flight.HasFailed && !MayForward(client, flight))
        {
            proxied.Reason = flight.Failure;
        }
        else if (Route(client, flight) is { } connector)
        {
            proxied.Take(await connector.ConnectAsync(client, flight.Replayable));
        }
        else
        {
            proxied.Reason = CloseReason.NoRoute;
        }
    }

    /// <summary>Decides about a client that sent no ClientHello, and counts it.</summary>
    private bool MayForward(ClientConnection client, in FirstFlight flight)
    {
        if (flight.BadHello is not { } cause)
        {
            return false;
        }

        var isForwarded = flight.MayBeForwarded && listener.OnBadHello == BadHelloAction.Forward;
        counters.BadHelloSeen(cause, isForwarded);
        Log.BadHello(logger, listener.Name, client.Address, cause, isForwarded);
        return isForwarded;
    }

    private BackendConnector? Route(ClientConnection client, in FirstFlight flight)
    {
        var connector = routes.Find(flight.Hello, flight.Bytes.Span);
        if (listener.Protocol == ListenerProtocol.Tls && logger.IsEnabled(LogLevel.Debug))
        {
            LogHello(client, flight, connector);
        }

        return connector;
    }

    private void LogHello(ClientConnection client, in FirstFlight flight, BackendConnector? connector)
    {
        var name = flight.Hello.ServerNameIn(flight.Bytes.Span, stackalloc char[ClientHello.LongestServerName]).ToString();
        var protocols = flight.Hello.ProtocolsIn(flight.Bytes.Span);
        Log.Hello(logger, listener.Name, client.Address, name, protocols, connector?.Pool.Name);
    }

    private void End(ProxiedConnection proxied)
    {
        var (client, reason) = (proxied.Client, proxied.Reason);
        var isComplete = reason is CloseReason.ClientEof or CloseReason.ServerEof;
        if (!isComplete)
        {
            client.Reset();
        }

        if (proxied is { Backend: { } backend, Connection: { } connection })
        {
            backend.Connections.Remove(proxied);
            Close(connection, isComplete);
            backend.Leave();
            backend.Counters.Closed(reason);
            routes.Metrics.Closed(backend, client.Time.GetElapsedTime(connection.StartedAt));
        }

        _entrance.Leave(client);
        counters.ConnectionClosed(reason);
        _log.Ended(proxied);
        ConnectionSpan.Record(listener, proxied);
        Log.Closed(logger, listener.Name, client.Address, reason);
    }

    /// <summary>The end of a client that was not admitted.</summary>
    private void Refuse(ClientConnection client, CloseReason reason)
    {
        client.Reset();
        counters.ConnectionClosed(reason);
        _log.Refused(client.Address, reason);
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

    private static CloseReason ReasonOf(ProxiedConnection proxied) => proxied.Client.Relayed.End switch
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

        [LoggerMessage(10, LogLevel.Debug, "Listener {Listener}: {Client} asks for {ServerName} by {Protocols}: pool {Pool}.", SkipEnabledCheck = true)]
        public static partial void Hello(ILogger logger, string listener, ClientAddress client, string serverName, string protocols, string? pool);

        [LoggerMessage(11, LogLevel.Debug, "Listener {Listener}: {Client} sent no ClientHello: {Cause}; forwarded: {IsForwarded}.")]
        public static partial void BadHello(ILogger logger, string listener, ClientAddress client, BadHelloCause cause, bool isForwarded);
    }
}
