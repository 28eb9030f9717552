using ApiLb.Admission;
using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Transport;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;

namespace ApiLb.Http;

/// <summary>
/// The life of a client's connection to an HTTP listener, from accept to its one terminal reason: admission and TLS are here,
/// its requests are Kestrel's to read and the <see cref="HttpSite"/>'s to answer.
/// </summary>
internal sealed partial class HttpProxyHandler(
    ListenerOptions listener, ListenerAdmission admission, HttpSite site, TlsTermination? tls, StreamReactors reactors, ILogger<HttpProxyHandler> logger)
{
    private const string OutputQueueFull = "output_queue_size_exceeded";

    // Its requests are cancelled when a connection is given up, and end within milliseconds.
    private static readonly TimeSpan LastRequests = TimeSpan.FromSeconds(5);

    private readonly Entrance _entrance = new(listener, admission, site.Connections);
    private readonly CidrSet _trusted = new(listener.TrustedProxies);

    /// <summary>Serves one connection; Kestrel calls it and disposes the connection afterwards.</summary>
    /// <param name="connection">As the data plane has accepted it.</param>
    /// <param name="http">Reads requests from a connection until it ends.</param>
    public Task OnConnectedAsync(ConnectionContext connection, ConnectionDelegate http)
    {
        var client = (ClientConnection)connection;
        site.Connections.ConnectionAccepted();
        if (_entrance.AdmitAtAccept(client) is { } refusal)
        {
            client.Reset();
            Count(client, refusal);
            return Task.CompletedTask;
        }

        return ServeAsync(client, http);
    }

    private async Task ServeAsync(ClientConnection client, ConnectionDelegate http)
    {
        var reason = CloseReason.LocalFault;
        try
        {
            reason = await ServeAdmittedAsync(client, http);
        }
        catch (Exception error)
        {
            client.Reset();
            Log.Bug(logger, listener.Name, error);
        }
        finally
        {
            _entrance.Leave(client);
            Count(client, reason);
        }
    }

    private async Task<CloseReason> ServeAdmittedAsync(ClientConnection client, ConnectionDelegate http)
    {
        var startedAt = client.Time.GetTimestamp();
        if (await _entrance.IdentifyAsync(client, listener.FirstFlightTimeout) is { } refusal)
        {
            client.Reset();
            return refusal;
        }

        await using var connection = await RequestConnection.OpenAsync(client, reactors.Next());
        if (connection is null)
        {
            return CloseReason.ClientReset;
        }

        if (tls is null)
        {
            connection.TakePlain();
            return await ReadRequestsAsync(client, connection, http, session: null);
        }

        await using var session = await tls.BeginAsync(connection, listener.FirstFlightTimeout - client.Time.GetElapsedTime(startedAt), client.Time);
        if (session is null)
        {
            connection.Abort();
            return CloseReason.BadHello;
        }

        return await ReadRequestsAsync(client, connection, http, session);
    }

    private async Task<CloseReason> ReadRequestsAsync(ClientConnection client, RequestConnection connection, ConnectionDelegate http, TlsSession? session)
    {
        connection.Features.Set(new Visitor(site, client.Address, session is not null, _trusted.Contains(client.Address), session?.ClientCertificate));
        connection.StayOnReactor();
        var verdict = new ConnectionVerdict();
        connection.Features.Set<IConnectionMetricsTagsFeature>(verdict);
        var isOver = await EndAsync(http(connection), connection, client.Time);
        verdict.CountAt(site.Connections, session?.Fault ?? (isOver ? null : OutputQueueFull));
        return CloseReason.ClientEof;
    }

    /// <summary>
    /// Waits until Kestrel has done with the connection, but not for ever after it has given it up: when a client resets HTTP/2 streams faster
    /// than it clears them away (<c>output_queue_size_exceeded</c>), it may lose one of them and wait for that.
    /// </summary>
    /// <returns>False when Kestrel still waits.</returns>
    private static async Task<bool> EndAsync(Task reading, RequestConnection connection, TimeProvider time)
    {
        if (await Task.WhenAny(reading, connection.Aborted) != reading)
        {
            await Task.WhenAny(reading, Task.Delay(LastRequests, time, CancellationToken.None));
        }

        if (!reading.IsCompleted)
        {
            return false;
        }

        await reading;
        return true;
    }

    private void Count(ClientConnection client, CloseReason reason)
    {
        site.Connections.ConnectionClosed(reason);
        Log.Closed(logger, listener.Name, client.Address, reason);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Listener {Listener}: a connection met a bug in ApiLb and was closed.")]
        public static partial void Bug(ILogger logger, string listener, Exception error);

        [LoggerMessage(2, LogLevel.Debug, "Listener {Listener}: connection from {Client} closed: {Reason}.")]
        public static partial void Closed(ILogger logger, string listener, ClientAddress client, CloseReason reason);
    }
}
