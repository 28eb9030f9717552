using System.Diagnostics.Metrics;

namespace ApiLb.Telemetry;

/// <summary>What requests of HTTP listeners record, and what is read from their counters at scrape time. Made with the first such listener.</summary>
internal sealed class HttpMetrics
{
    private static readonly RequestFailure[] Failures = [.. Enum.GetValues<RequestFailure>().Where(f => f != RequestFailure.None)];

    private readonly Histogram<double> _duration;
    private readonly IReadOnlyList<ListenerCounters> _listeners;
    private volatile IReadOnlyList<RouteCounters> _routes = [];

    /// <param name="metrics">Where it is scraped.</param>
    /// <param name="listeners">All, however they change.</param>
    public HttpMetrics(DaemonMetrics metrics, IReadOnlyList<ListenerCounters> listeners)
    {
        _listeners = listeners;
        _duration = metrics.Meter.CreateHistogram<double>(
            "apilb_http_request_duration", "s", "Time from a request's headers to the end of its answer, without upgraded connections.");
        metrics.Observe(AddTo);
    }

    /// <summary>Those of all HTTP listeners now.</summary>
    public IReadOnlyList<RouteCounters> Routes
    {
        get => _routes;
        set => _routes = value;
    }

    public void Ended(RouteCounters route, TimeSpan duration)
    {
        if (_duration.Enabled)
        {
            _duration.Record(
                duration.TotalSeconds, new KeyValuePair<string, object?>("listener", route.Listener), new("route", route.Route), new("pool", route.Pool));
        }
    }

    private void AddTo(Meter meter)
    {
        meter.CreateObservableGauge(
            "apilb_http_requests_active", () => _routes.Select(r => Of(r, r.Active)), description: "Requests now being served, upgraded connections included.");
        meter.CreateObservableCounter(
            "apilb_http_requests",
            () => _routes.SelectMany(r => Enumerable.Range(0, RouteCounters.StatusClasses).Where(c => r.Requests(c) > 0).Select(c => Of(r, r.Requests(c), "code", c == 0 ? "none" : $"{c}xx"))),
            description: "Requests that ended, by the class of the status that the client got.");
        meter.CreateObservableCounter(
            "apilb_http_bad_requests",
            () => _listeners.SelectMany(l => RefusedRequest.Kinds.Where(k => l.BadRequests(k) > 0).Select(k => new Measurement<long>(
                l.BadRequests(k), new("listener", l.Name), new KeyValuePair<string, object?>("code", k)))),
            description: "Requests that were refused while they were read, because they are no valid HTTP.");
        meter.CreateObservableCounter(
            "apilb_http_client_faults",
            () => _listeners.SelectMany(l => Enumerable.Range(0, ClientFault.Reasons.Count).Where(r => l.ClientFaults(r) > 0).Select(r => new Measurement<long>(
                l.ClientFaults(r), new("listener", l.Name), new KeyValuePair<string, object?>("reason", ClientFault.Reasons[r])))),
            description: "Connections of HTTP listeners that were ended for what their clients did.");
        meter.CreateObservableCounter(
            "apilb_http_request_failures",
            () => _routes.SelectMany(r => Failures.Where(f => r.Failures(f) > 0).Select(f => Of(r, r.Failures(f), "reason", EnumLabel.Snake(f)))),
            description: "Requests that no backend answered to the end, by the one reason each has.");
    }

    private static Measurement<long> Of(RouteCounters route, long value) =>
        new(value, new("listener", route.Listener), new("route", route.Route), new KeyValuePair<string, object?>("pool", route.Pool));

    private static Measurement<long> Of(RouteCounters route, long value, string label, string word) =>
        new(value, new("listener", route.Listener), new("route", route.Route), new("pool", route.Pool), new KeyValuePair<string, object?>(label, word));
}
