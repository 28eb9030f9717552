using ApiLb.Telemetry;
using Microsoft.AspNetCore.Http;

namespace ApiLb.Admin;

/// <summary>The table of admin paths. Over TCP only what shows nothing of the inside; the rest is for the socket alone.</summary>
internal sealed class AdminRoutes(
    AdminSources sources, ReadinessService readiness, StatusReader status, BackendExplainer explainer)
{
    private const string Index =
        """
        apilb
          /metrics     Prometheus
          /lb/healthz  200 while this process accepts connections
          /lb/readyz   200 while a backend is usable and no shutdown has begun

        """;

    private readonly RebalanceRequest _rebalance = new(sources);
    private readonly ReloadRequest _reload = new(sources.Reload);

    /// <summary>How long an answer to this path may take; null: as long as usual.</summary>
    public static TimeSpan? DeadlineOf(string? path) => path == "/v1/reload" ? ReloadRequest.Deadline : null;

    public async ValueTask<AdminAnswer> AnswerAsync(HttpRequest request, AdminSurface? surface, CancellationToken cancellation)
    {
        var path = request.Path.Value;
        if (!IsKnown(path, surface))
        {
            return AdminAnswer.NotFound;
        }

        var isChange = path is "/v1/rebalance" or "/v1/reload";
        if (isChange ? !HttpMethods.IsPost(request.Method) : !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            var allowed = isChange ? "POST" : "GET, HEAD";
            request.HttpContext.Response.Headers.Allow = allowed;
            return AdminAnswer.Text($"only {allowed.Replace(", ", " and ", StringComparison.Ordinal)}\n", StatusCodes.Status405MethodNotAllowed);
        }

        return path switch
        {
            "/metrics" => new AdminAnswer(StatusCodes.Status200OK, PrometheusText.ContentType, await sources.Metrics.ScrapeAsync(cancellation)),
            "/lb/healthz" => Verdict(sources.CanAccept(), "not every listener accepts connections"),
            "/lb/readyz" => readiness.Current is var (isReady, reason) ? Verdict(isReady, reason) : default,
            "/v1/status" => AdminAnswer.Json(status.Read(), AdminJsonContext.Default.DaemonStatus),
            "/v1/events" => AdminAnswer.Json(explainer.Events(), AdminJsonContext.Default.IReadOnlyListEventStatus),
            "/v1/explain" => Explain(request.Query["backend"].ToString()),
            "/v1/rebalance" => _rebalance.Answer(request.Query),
            "/v1/reload" => await _reload.AnswerAsync(request.Query, cancellation),
            _ => AdminAnswer.Text(Index),
        };
    }

    private AdminAnswer Explain(string name)
    {
        var explanations = explainer.Explain(name);
        return explanations.Count > 0
            ? AdminAnswer.Json(explanations, AdminJsonContext.Default.IReadOnlyListBackendExplanation)
            : AdminAnswer.Refused($"no backend is named '{name}'; there are: {string.Join(", ", explainer.Names())}", StatusCodes.Status404NotFound);
    }

    /// <summary>The state in full is for the socket alone: it names hosts and says what is broken.</summary>
    private static bool IsKnown(string? path, AdminSurface? surface) => path switch
    {
        "/" or "/metrics" or "/lb/healthz" or "/lb/readyz" => true,
        "/v1/status" or "/v1/events" or "/v1/explain" or "/v1/rebalance" or "/v1/reload" => ReferenceEquals(surface, AdminSurface.Socket),
        _ => false,
    };

    private static AdminAnswer Verdict(bool isGood, string reason) =>
        isGood ? AdminAnswer.Text("ok\n") : AdminAnswer.Text(reason + "\n", StatusCodes.Status503ServiceUnavailable);
}
