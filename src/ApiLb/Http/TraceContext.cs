using System.Diagnostics;
using System.Net.Http.Headers;
using ApiLb.Telemetry;

namespace ApiLb.Http;

/// <summary>W3C trace context (https://www.w3.org/TR/trace-context/): a span of this hop when somebody listens, and else the client's own headers, unread.</summary>
internal static class TraceContext
{
    private const string Parent = "traceparent";
    private const string State = "tracestate";

    /// <summary>Begins the span of one request, as a child of the client's.</summary>
    /// <returns>Null while nobody listens.</returns>
    public static Activity? Begin(ProxiedRequest proxied)
    {
        if (!Tracing.Source.HasListeners())
        {
            return null;
        }

        var request = proxied.Context.Request;

        // Without a valid parent this hop begins a trace.
        _ = ActivityContext.TryParse(request.Headers[Parent], request.Headers[State], isRemote: true, out var parent);
        var span = Tracing.Source.StartActivity(request.Method, ActivityKind.Server, parent);
        span?.SetTag("http.request.method", request.Method);
        span?.SetTag("url.scheme", proxied.Visitor.Scheme);
        span?.SetTag("url.path", request.Path.Value);
        span?.SetTag("server.address", request.Host.Host);
        span?.SetTag("client.address", proxied.Visitor.Address.ToEndPoint()?.Address.ToString());
        return span;
    }

    /// <summary>Ends it with what is known then.</summary>
    public static void End(Activity span, ProxiedRequest proxied)
    {
        var status = proxied.Context.Response.StatusCode;
        span.SetTag("http.response.status_code", status);
        span.SetTag("http.route", proxied.Route?.Counters.Route);
        span.SetTag("apilb.listener", proxied.Visitor.Site.Name);
        span.SetTag("apilb.pool", proxied.Backend?.Pool);
        span.SetTag("apilb.backend", proxied.Backend?.Name);
        if (proxied.Failure != RequestFailure.None)
        {
            span.SetTag("error.type", EnumLabel.Snake(proxied.Failure));
            span.SetStatus(ActivityStatusCode.Error);
        }

        span.Dispose();
    }

    public static void Replace(HttpRequestHeaders headers, Activity span)
    {
        headers.Remove(Parent);
        headers.Remove(State);
        headers.TryAddWithoutValidation(Parent, span.Id);
        if (span.TraceStateString is { Length: > 0 } state)
        {
            headers.TryAddWithoutValidation(State, state);
        }
    }
}
