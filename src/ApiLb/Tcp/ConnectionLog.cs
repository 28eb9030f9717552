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
    private const string Nothing = "-";

    private long _ended;

    /// <summary>What clients and backends do all day, and what somebody asked for.</summary>
    public static bool IsOrdinary(CloseReason reason) => reason is CloseReason.ClientEof or CloseReason.ServerEof or CloseReason.ClientReset
        or CloseReason.Idle or CloseReason.HalfClosedTimeout or CloseReason.Drain or CloseReason.Killed or CloseReason.Rebalance or CloseReason.Shutdown;

    /// <summary>A connection that was admitted, served or not.</summary>
    public void Ended(ProxiedConnection proxied)
    {
        if (!Wants(proxied.Reason))
        {
            return;
        }

        var reading = proxied.Read();
        var (name, protocols, reason) = (reading.ServerName ?? Nothing, reading.Protocols ?? Nothing, EnumLabel.Snake(proxied.Reason));
        if (proxied is { Backend: { } backend, Connection: { } connection })
        {
            Log.Served(
                logger, listener.Name, reading.Client, name, protocols, backend, reason, reading.BytesToBackend, reading.BytesToClient, Milliseconds(connection.ConnectTime),
                Milliseconds(reading.Age), proxied.Attempts);
        }
        else
        {
            Log.Unserved(logger, listener.Name, reading.Client, name, protocols, reason, proxied.Attempts);
        }
    }

    /// <summary>A connection that was not even admitted.</summary>
    public void Refused(ClientAddress client, CloseReason reason)
    {
        if (Wants(reason))
        {
            Log.Unserved(logger, listener.Name, client, Nothing, Nothing, EnumLabel.Snake(reason), attempts: 0);
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

    private static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 1);

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
