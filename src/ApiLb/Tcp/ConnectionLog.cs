using ApiLb.Backends;
using ApiLb.Configuration;
using ApiLb.Telemetry;
using ApiLb.Transport;
using Microsoft.Extensions.Logging;

namespace ApiLb.Tcp;

/// <summary>
/// The line for each connection that a listener's <c>logConnections</c> asks for: one, when it ends. Costs nothing where
/// nobody asked, and never waits: lines that the log cannot take are dropped there and counted. Thread-safe.
/// </summary>
internal sealed partial class ConnectionLog(ListenerOptions listener, ILogger logger)
{
    private const int MicrosecondsPerMillisecond = 1000;

    private long _ended;

    /// <summary>A connection that was served.</summary>
    public void Served(ClientConnection client, ProxiedConnection proxied, CloseReason reason)
    {
        if (!Wants(reason))
        {
            return;
        }

        var reading = proxied.Read();
        var connection = proxied.Connection;
        Log.Served(
            logger, listener.Name, client.Address, reading.ServerName ?? "-", reading.Protocols ?? "-", proxied.Backend, EnumLabel.Snake(reason), reading.BytesToBackend,
            reading.BytesToClient, Milliseconds(client.Time.GetElapsedTime(connection.StartedAt, connection.ConnectedAt)), Milliseconds(reading.Age), proxied.Attempts);
    }

    /// <summary>A connection that no backend served.</summary>
    public void Unserved(ClientAddress client, ClientTraits? traits, CloseReason reason, int attempts)
    {
        if (Wants(reason))
        {
            Log.Unserved(logger, listener.Name, client, traits?.ServerName ?? "-", traits?.Protocols ?? "-", EnumLabel.Snake(reason), attempts);
        }
    }

    /// <summary>Those that ended badly are never left out by sampling: they are what somebody looks for.</summary>
    private bool Wants(CloseReason reason) => listener.LogConnections switch
    {
        ConnectionLogging.None => false,
        _ when !IsOrdinary(reason) => true,
        ConnectionLogging.Failed => false,
        _ => Interlocked.Increment(ref _ended) % listener.LogSample == 0,
    };

    /// <summary>What clients and backends do all day, and what somebody asked for.</summary>
    private static bool IsOrdinary(CloseReason reason) => reason is CloseReason.ClientEof or CloseReason.ServerEof or CloseReason.ClientReset
        or CloseReason.Idle or CloseReason.HalfClosedTimeout or CloseReason.Drain or CloseReason.Killed or CloseReason.Rebalance or CloseReason.Shutdown;

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMicroseconds / MicrosecondsPerMillisecond, 1);

    private static partial class Log
    {
        [LoggerMessage(20, LogLevel.Information,
            "Listener {Listener}: {Client} for {ServerName} ({Protocols}) served by {Backend}: {Reason}, {ToBackend} B to the backend, {ToClient} B to the client, connected in {ConnectMs} ms, lasted {LastedMs} ms, attempts: {Attempts}")]
        public static partial void Served(
            ILogger logger, string listener, ClientAddress client, string serverName, string protocols, Backend backend, string reason, long toBackend, long toClient,
            double connectMs, double lastedMs, int attempts);

        [LoggerMessage(21, LogLevel.Information, "Listener {Listener}: {Client} for {ServerName} ({Protocols}) not served: {Reason}, attempts: {Attempts}")]
        public static partial void Unserved(
            ILogger logger, string listener, ClientAddress client, string serverName, string protocols, string reason, int attempts);
    }
}
