using ApiLb.Configuration;
using ApiLb.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Yarp.ReverseProxy.Forwarder;

namespace ApiLb.Http;

/// <summary>
/// What answers the requests of one HTTP listener, for as long as it is configured. Its routes change by one volatile write: a
/// request takes them once, and the next one on the same connection goes the new ways. Thread-safe.
/// </summary>
internal sealed partial class HttpSite(
    string name, ListenerCounters connections, IHttpForwarder forwarder, HttpMetrics metrics, TimeProvider time, ILogger<HttpSite> logger)
{
    private readonly RouteCounters _unrouted = new(name, "none", "");
    private readonly AttemptClocks _clocks = new(time);
    private volatile Content? _content;

    public string Name => name;

    /// <summary>Counts its connections.</summary>
    public ListenerCounters Connections => connections;

    /// <summary>Null before the first <see cref="Serve"/>.</summary>
    public HttpRouteTable? Routes => _content?.Routes;

    /// <summary>Answers the requests to come by these settings.</summary>
    public void Serve(ListenerOptions options, HttpRouteTable routes) =>
        _content = new Content(options, routes, new RequestLog(options, logger));

    /// <summary>Of its routes, and of what it answers itself.</summary>
    public IReadOnlyList<RouteCounters> Counters() => [.. _content?.Routes.All.Select(r => r.Counters) ?? [], _unrouted];

    /// <summary>Answers one request; Kestrel calls it. Never fails. One state machine, because each one that waits costs every request.</summary>
    public async Task AnswerAsync(HttpContext context, Visitor visitor)
    {
        var content = _content!;
        var request = new ProxiedRequest(context, visitor, time);
        var route = request.Route = content.Options.RedirectToHttps ? null : content.Routes.Find(context.Request);
        var counters = route?.Counters ?? _unrouted;
        var span = TraceContext.Begin(request);
        counters.Begun();
        BackendSearchInvoker? search = null;
        try
        {
            Attach(request);
            if (!Answers(request, content, out var wait))
            {
                search = new BackendSearchInvoker(request, route!.Pool, _clocks);
                var terms = ForwardingTerms.Of(route.Pool.IsHttp2 && !request.IsUpgrade);
                Conclude(request, await forwarder.SendAsync(context, TargetUri.Prefix, search, terms, new RequestTransformer(request, span), CancellationToken.None));
                search.End();
            }

            if (request.Failure is not (RequestFailure.None or RequestFailure.ClientGone) && !context.Response.HasStarted)
            {
                await PlainAnswer.WriteAsync(context, name, request.Failure, wait);
            }
        }
        catch (Exception error)
        {
            search?.End();
            await FailAsync(request, error);
        }

        var status = StatusOf(request);
        counters.Ended(status, request.Failure);
        if (!request.IsUpgrade)
        {
            metrics.Ended(counters, request.Elapsed);
        }

        content.Log.Ended(request, status);
        if (span is not null)
        {
            TraceContext.End(span, request);
        }
    }

    /// <summary>From now on all that moves is counted.</summary>
    private static void Attach(ProxiedRequest request)
    {
        var (context, features) = (request.Context, request.Context.Features);
        features.Set<IHttpResponseBodyFeature>(new ResponseBody(request, features.GetRequiredFeature<IHttpResponseBodyFeature>()));
        if (request.HasBody)
        {
            context.Request.Body = new RequestBody(request, context.Request.Body, request.Route?.Options.MaxRequestBody);
        }

        if (request.IsUpgrade && features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade)
        {
            features.Set<IHttpUpgradeFeature>(new CountedUpgrade(request, upgrade));
        }

        if (request.IsUpgrade && features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect)
        {
            features.Set<IHttpExtendedConnectFeature>(new CountedConnect(request, connect));
        }
    }

    /// <summary>Whether the listener itself answers: it sends the client to https, or refuses.</summary>
    private static bool Answers(ProxiedRequest request, Content content, out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        if (content.Options.RedirectToHttps && IsForwardable(request))
        {
            RedirectToHttps(request.Context);
            return true;
        }

        request.Failure = RefusalOf(request, out wait);
        return request.Failure != RequestFailure.None;
    }

    private static RequestFailure RefusalOf(ProxiedRequest request, out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        if (!IsForwardable(request))
        {
            return RequestFailure.BadRequest;
        }

        if (request.Route is not { } route)
        {
            return RequestFailure.NoRoute;
        }

        if (!route.Admits(request.Visitor))
        {
            return RequestFailure.Denied;
        }

        wait = route.Rate?.TryTake(request.Visitor.Address) ?? TimeSpan.Zero;
        return wait > TimeSpan.Zero ? RequestFailure.RateLimit
            : request.Context.Request.ContentLength > route.Options.MaxRequestBody ? RequestFailure.BodyTooLarge
            : RequestFailure.None;
    }

    /// <summary>This is no forward proxy: a tunnel to somewhere is nobody's to ask for, and without a host nobody knows what is meant.</summary>
    private static bool IsForwardable(ProxiedRequest request) =>
        RequestSyntax.IsSound(request.Context) && request.Host.Length > 0 && (!HttpMethods.IsConnect(request.Context.Request.Method) || request.IsUpgrade);

    private static void RedirectToHttps(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget;
        context.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
        context.Response.Headers.Location = $"https://{new HostString(context.Request.Host.Host).ToUriComponent()}{(target?.StartsWith('/') == true ? target : context.Request.Path + context.Request.QueryString)}";
        context.Response.ContentLength = 0;
    }

    /// <summary>Takes YARP's word for what went wrong, unless it is known better.</summary>
    private static void Conclude(ProxiedRequest request, ForwarderError error)
    {
        if (error != ForwarderError.None && request.Failure == RequestFailure.None)
        {
            request.Failure = ForwardingTerms.FailureOf(error, request);
        }
    }

    private async Task FailAsync(ProxiedRequest request, Exception error)
    {
        var context = request.Context;
        if (context.RequestAborted.IsCancellationRequested)
        {
            request.Failure = request.Failure == RequestFailure.None ? RequestFailure.ClientGone : request.Failure;
            return;
        }

        request.Failure = RequestFailure.LocalFault;
        Log.Bug(logger, name, error);
        if (context.Response.HasStarted)
        {
            context.Abort();
        }
        else
        {
            await PlainAnswer.WriteAsync(context, name, request.Failure);
        }
    }

    private static int StatusOf(ProxiedRequest request) =>
        request.Failure == RequestFailure.ClientGone && !request.Context.Response.HasStarted ? 0 : request.Context.Response.StatusCode;

    /// <summary>All that one request takes at once.</summary>
    private sealed record Content(ListenerOptions Options, HttpRouteTable Routes, RequestLog Log);

    private static partial class Log
    {
        [LoggerMessage(3, LogLevel.Error, "Listener {Listener}: a request met a bug in ApiLb.")]
        public static partial void Bug(ILogger logger, string listener, Exception error);
    }
}
