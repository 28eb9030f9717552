using System.Diagnostics.Metrics;
using ApiLb.Backends;
using ApiLb.ProxyProtocol;

namespace ApiLb.Telemetry;

/// <summary>What clients see: read from the listeners' counters at scrape time.</summary>
internal static class ListenerInstruments
{
    private static readonly CloseReason[] Reasons = Enum.GetValues<CloseReason>();
    private static readonly BadHelloCause[] BadHelloCauses = Enum.GetValues<BadHelloCause>();
    private static readonly bool[] Actions = [false, true];
    private static readonly ProxyHeaderFault[] Faults = Enum.GetValues<ProxyHeaderFault>();

    public static void AddTo(Meter meter, IReadOnlyList<ListenerCounters> listeners)
    {
        meter.CreateObservableGauge(
            "apilb_listener_connections", () => listeners.Select(l => Of(l, l.Active)), description: "Client connections now open.");
        meter.CreateObservableCounter(
            "apilb_listener_accepts", () => listeners.Select(l => Of(l, l.Accepted)), description: "Client connections accepted.");
        meter.CreateObservableCounter(
            "apilb_listener_connections_total",
            () => listeners.SelectMany(l => Reasons.Select(r => Of(l, l.Closes(r), r))),
            description: "Client connections that ended, by the one reason each has.");
        meter.CreateObservableCounter(
            "apilb_listener_bad_hellos",
            () => listeners.SelectMany(l => BadHelloCauses.SelectMany(c => Actions.Select(a => Of(l, l.BadHellos(c, a), c, a)))),
            description: "Clients of tls listeners that sent no ClientHello, by why not and what became of them.");
        meter.CreateObservableCounter(
            "apilb_listener_bad_proxy_headers",
            () => listeners.SelectMany(l => Faults.Where(f => l.BadProxyHeaders(f) > 0).Select(f => Of(l, l.BadProxyHeaders(f), f))),
            description: "Connections behind a proxy that were closed because of their PROXY header.");
        meter.CreateObservableCounter(
            "apilb_no_backend",
            () => listeners.Select(l => Of(l, TurnedAway(l))),
            description: "Client connections that no backend served: nobody to try, or everyone failed.");
    }

    private static long TurnedAway(ListenerCounters listener) =>
        listener.Closes(CloseReason.NoBackend) + listener.Closes(CloseReason.Refused)
        + listener.Closes(CloseReason.ConnectTimeout) + listener.Closes(CloseReason.FirstByteTimeout);

    private static Measurement<long> Of(ListenerCounters listener, long value) =>
        new(value, new KeyValuePair<string, object?>("listener", listener.Name));

    private static Measurement<long> Of(ListenerCounters listener, long value, ProxyHeaderFault cause) =>
        new(value, new("listener", listener.Name), new KeyValuePair<string, object?>("cause", EnumLabel.Snake(cause)));

    private static Measurement<long> Of(ListenerCounters listener, long value, CloseReason reason) =>
        new(value, new("listener", listener.Name), new KeyValuePair<string, object?>("result", EnumLabel.Snake(reason)));

    private static Measurement<long> Of(ListenerCounters listener, long value, BadHelloCause cause, bool isForwarded) =>
        new(
            value,
            new("listener", listener.Name),
            new KeyValuePair<string, object?>("cause", EnumLabel.Snake(cause)),
            new("action", isForwarded ? "forwarded" : "rejected"));
}
