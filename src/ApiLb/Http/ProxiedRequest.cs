using ApiLb.Backends;
using ApiLb.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ApiLb.Http;

/// <summary>
/// One request from its headers to the end of its answer: who sent it, where it went, what moved, and what went wrong. Its own
/// thread of control writes it; <see cref="Progress"/> is read by its timer.
/// </summary>
internal sealed class ProxiedRequest
{
    private long _progress;

    public ProxiedRequest(HttpContext context, Visitor visitor, TimeProvider time)
    {
        Context = context;
        Visitor = visitor;
        Time = time;
        StartedAt = _progress = time.GetTimestamp();
        (Host, Protocol) = (context.Request.Headers.Host.ToString(), context.Request.Protocol);
        HasBody = context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true;
        IsUpgrade = AsksForUpgrade(context);
    }

    public HttpContext Context { get; }

    public Visitor Visitor { get; }

    public TimeProvider Time { get; }

    public long StartedAt { get; }

    /// <summary>Whom it asks for, as DNS has it and with the port if the client named one; empty: nobody.</summary>
    public string Host { get; }

    /// <summary>Such as <c>HTTP/1.1</c>.</summary>
    public string Protocol { get; }

    public bool HasBody { get; }

    /// <summary>It asks for another protocol on this connection.</summary>
    public bool IsUpgrade { get; }

    /// <summary>Doing it twice is as good as doing it once (RFC 9110 9.2.2). An upgrade is not: its GET stands for what follows.</summary>
    public bool IsIdempotent => !IsUpgrade && Context.Request.Method is "GET" or "HEAD" or "OPTIONS" or "PUT" or "DELETE" or "TRACE";

    /// <summary>Nothing is sent either that could not be sent again.</summary>
    public bool MayBeRepeated => !HasBody && IsIdempotent;

    /// <summary>Null: none takes it, or the listener answers itself.</summary>
    public HttpRoute? Route { get; set; }

    /// <summary>The last backend that it was given to; null: none was.</summary>
    public Backend? Backend { get; set; }

    /// <summary>How many backends were tried.</summary>
    public int Attempts { get; set; }

    public RequestFailure Failure { get; set; }

    /// <summary>Its body could not be read: no fault of any backend. Null: it could, so far.</summary>
    public RequestFailure? BodyFailure { get; set; }

    public long BytesFromClient { get; private set; }

    public long BytesToClient { get; private set; }

    /// <summary>When its bytes last moved.</summary>
    public long Progress => Volatile.Read(ref _progress);

    public TimeSpan Elapsed => Time.GetElapsedTime(StartedAt);

    public void Received(int bytes)
    {
        BytesFromClient += bytes;
        Volatile.Write(ref _progress, Time.GetTimestamp());
    }

    public void Sent(int bytes)
    {
        BytesToClient += bytes;
        Volatile.Write(ref _progress, Time.GetTimestamp());
    }

    /// <summary>For a protocol that is passed on: h2c is none, for this side speaks its own HTTP with backends.</summary>
    private static bool AsksForUpgrade(HttpContext context)
    {
        // Each version of HTTP has its own way, and Kestrel looks long for the other's.
        if (HttpProtocol.IsHttp2(context.Request.Protocol))
        {
            return context.Features.Get<IHttpExtendedConnectFeature>()?.IsExtendedConnect == true;
        }

        var protocol = context.Request.Headers.Upgrade.ToString();
        return (protocol.Equals("websocket", StringComparison.OrdinalIgnoreCase) || protocol.StartsWith("SPDY/", StringComparison.OrdinalIgnoreCase))
            && context.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest == true;
    }
}
