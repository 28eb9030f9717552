using ApiLb.Admin.Page;
using ApiLb.Configuration.Values;
using ApiLb.Health;
using ApiLb.Telemetry;
using Microsoft.AspNetCore.Http;

namespace ApiLb.Admin;

/// <summary>
/// The table of admin paths, one line for each. Over TCP only what changes nothing and names no client; the rest is for the socket
/// alone, and changes are for those who may. docs/openapi.yaml describes the same table, and a test compares them.
/// </summary>
internal sealed class AdminRoutes
{
    private const string Index =
        """
        apilb
          /            the status page, for browsers
          /live        what changes on it, as server-sent events
          /metrics     Prometheus
          /lb/healthz  200 while this process accepts connections
          /lb/readyz   200 while a backend is usable and no shutdown has begun

        """;

    private readonly OperatorPermission _permission;

    public AdminRoutes(AdminSources sources, StatusReader status, PageFeed page, OperatorPermission permission, TimeProvider time)
    {
        _permission = permission;
        var pages = new PageRequest(page);
        var explainer = new BackendExplainer(sources, status);
        var events = new EventsRequest(explainer);
        var connections = new ConnectionsRequest(sources);
        var modes = new ModeRequest(sources, status, time);
        var weights = new WeightRequest(sources, status, time);
        var kills = new KillRequest(sources, status);
        var probes = new ProbeRequest(sources, status, time);
        var rebalance = new RebalanceRequest(sources);
        var reload = new ReloadRequest(sources);
        var upgrade = new UpgradeRequest(sources, permission);
        All =
        [
            Public("/", (call, _) => new(PageRequest.WantsPage(call.Request) ? pages.Page() : AdminAnswer.Text(Index))),
            Public("/live", (call, _) => new(pages.Live(call.Request))) with { Deadline = Timeout.InfiniteTimeSpan },
            Public("/metrics", async (_, cancellation) => new AdminAnswer(StatusCodes.Status200OK, PrometheusText.ContentType, await sources.Metrics.ScrapeAsync(cancellation))),
            Public("/lb/healthz", (_, _) => new(Verdict(sources.CanAccept(), "not every listener accepts connections"))),
            Public("/lb/readyz", (_, _) => new(status.Readiness is var (isReady, reason) ? Verdict(isReady, reason) : default)),
            Look("/v1/status", _ => AdminAnswer.Json(status.Read(), AdminJsonContext.Default.DaemonStatus)),
            Look("/v1/pools", _ => AdminAnswer.Json(status.ReadPools(), AdminJsonContext.Default.IReadOnlyListPoolStatus)),
            Look("/v1/backends", _ => AdminAnswer.Json(status.ReadBackends(), AdminJsonContext.Default.IReadOnlyListBackendStatus)),
            Look("/v1/connections", connections.Answer),
            Look("/v1/events", events.Answer),
            Look("/v1/explain", explainer.Answer),
            Change("/v1/drain", (call, cancellation) => modes.AnswerAsync(OperatorMode.Drain, call, cancellation)),
            Change("/v1/maint", (call, cancellation) => modes.AnswerAsync(OperatorMode.Maint, call, cancellation)),
            Change("/v1/ready", (call, cancellation) => modes.AnswerAsync(OperatorMode.Ready, call, cancellation)),
            Change("/v1/weight", weights.AnswerAsync),
            Change("/v1/kill", (call, _) => new(kills.Answer(call))),
            Change("/v1/probe", probes.AnswerAsync),
            Change("/v1/rebalance", (call, _) => new(rebalance.Answer(call))),
            Change("/v1/reload", reload.AnswerAsync) with { Deadline = ReloadRequest.Deadline },
            Change("/v1/upgrade", upgrade.AnswerAsync) with { Deadline = UpgradeRequest.Deadline },
        ];
    }

    public IReadOnlyList<AdminRoute> All { get; }

    /// <summary>How long an answer to this path may take; null: as long as usual.</summary>
    public TimeSpan? DeadlineOf(string? path) => All.FirstOrDefault(r => r.Path == path)?.Deadline;

    public async ValueTask<AdminAnswer> AnswerAsync(HttpRequest request, AdminSurface? surface, PeerCredentials? peer, CancellationToken cancellation)
    {
        var here = All.Where(r => r.IsPublic || ReferenceEquals(surface, AdminSurface.Socket));
        var path = request.Path.Value ?? "";
        if (here.FirstOrDefault(r => r.Path == path) is not { } route)
        {
            // Not as a refusal begins: a client of another version takes this for what it is.
            return AdminAnswer.Text($"not found: {Quoted.Of(path)}{NearestWord.Hint(path, here.Select(r => r.Path).Where(p => p != "/"))}\n", StatusCodes.Status404NotFound);
        }

        if (RefusalOf(route, request, peer) is { } refusal)
        {
            return refusal;
        }

        var call = new AdminCall(new AdminQuery(request.Query), peer, request);
        var answer = await route.Answer(call, cancellation);
        return !route.IsPublic && call.Query.Problem is { } problem ? AdminAnswer.Refused(problem) : answer;
    }

    private AdminAnswer? RefusalOf(AdminRoute route, HttpRequest request, PeerCredentials? peer)
    {
        if (route.IsChange ? !HttpMethods.IsPost(request.Method) : !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            var allowed = route.IsChange ? "POST" : "GET, HEAD";
            request.HttpContext.Response.Headers.Allow = allowed;
            return AdminAnswer.Refused($"{route.Path}: only {allowed.Replace(", ", " and ", StringComparison.Ordinal)}", StatusCodes.Status405MethodNotAllowed);
        }

        if (request.ContentLength > 0 || request.Headers.TransferEncoding.Count > 0)
        {
            return AdminAnswer.Refused($"{route.Path}: takes no body; parameters belong into the query, as in {route.Path}?backend=cp1");
        }

        return route.IsChange && _permission.RefusalOf(peer) is { } why ? AdminAnswer.Refused(why, StatusCodes.Status403Forbidden) : null;
    }

    private static AdminRoute Public(string path, Func<AdminCall, CancellationToken, ValueTask<AdminAnswer>> answer) => new(path, answer) { IsPublic = true };

    private static AdminRoute Look(string path, Func<AdminCall, AdminAnswer> answer) => new(path, (call, _) => new(answer(call)));

    private static AdminRoute Change(string path, Func<AdminCall, CancellationToken, ValueTask<AdminAnswer>> answer) => new(path, answer) { IsChange = true };

    private static AdminAnswer Verdict(bool isGood, string reason) =>
        isGood ? AdminAnswer.Text("ok\n") : AdminAnswer.Text(reason + "\n", StatusCodes.Status503ServiceUnavailable);
}
