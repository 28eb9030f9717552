using System.Diagnostics;
using ApiLb.Configuration;
using ApiLb.Telemetry;

namespace ApiLb.Tcp;

/// <summary>
/// The span of a connection, made when it ends: while it lives it costs nothing, and without a listener it never does. Names of
/// attributes are those of OpenTelemetry's semantic conventions where these have one.
/// </summary>
internal static class ConnectionSpan
{
    /// <summary>A connection that was admitted, served or not.</summary>
    public static void Record(ListenerOptions listener, ProxiedConnection proxied)
    {
        if (!Tracing.Source.HasListeners())
        {
            return;
        }

        var reading = proxied.Read();
        var end = proxied.Client.Time.GetUtcNow();
        Activity.Current = null; // Kestrel's, if any: a connection is a trace of its own.
        using var span = Tracing.Source.StartActivity("connection", ActivityKind.Server, parentContext: default, startTime: end - reading.Age);
        if (span is null)
        {
            return;
        }

        span.SetTag("network.transport", "tcp").SetTag("client.address", reading.Client.ToString()).SetTag("apilb.listener", listener.Name)
            .SetTag("tls.client.server_name", reading.ServerName).SetTag("apilb.protocols", reading.Protocols)
            .SetTag("apilb.reason", EnumLabel.Snake(proxied.Reason)).SetTag("apilb.attempts", proxied.Attempts);
        if (proxied is { Backend: { } backend, Connection: { } connection })
        {
            span.SetTag("server.address", backend.Options.Address.ToString()).SetTag("apilb.pool", backend.Pool).SetTag("apilb.backend", backend.Name)
                .SetTag("apilb.bytes_to_backend", reading.BytesToBackend).SetTag("apilb.bytes_to_client", reading.BytesToClient)
                .AddEvent(new ActivityEvent("connected", end - reading.Age + connection.ConnectTime));
        }

        span.SetStatus(ConnectionLog.IsOrdinary(proxied.Reason) ? ActivityStatusCode.Unset : ActivityStatusCode.Error);
        span.SetEndTime(end.UtcDateTime);
    }
}
