using System.Diagnostics.Metrics;

namespace ApiLb.Admission;

/// <summary>The limits and how much of them is used, read at scrape time. Listeners without a limit have no series for it.</summary>
internal static class AdmissionInstruments
{
    /// <param name="meter">Where they are added.</param>
    /// <param name="daemon">The limit that all listeners share.</param>
    /// <param name="listeners">Those that there are, however they change.</param>
    /// <param name="pauses">How often accepting has paused because descriptors or memory had run out.</param>
    public static void AddTo(Meter meter, ConnectionLimit daemon, IReadOnlyList<ListenerAdmission> listeners, Func<long> pauses)
    {
        meter.CreateObservableGauge(
            "apilb_connections", () => daemon.InUse, description: "Client connections now open over all listeners.");
        meter.CreateObservableGauge(
            "apilb_connections_limit", () => daemon.Maximum ?? 0, description: "The most client connections over all listeners.");
        meter.CreateObservableCounter(
            "apilb_accept_pauses", pauses, description: "Times that a listener stopped accepting for 100 ms because descriptors or memory had run out.");
        meter.CreateObservableGauge(
            "apilb_listener_connections_limit",
            () => listeners.Where(l => l.Connections.Maximum is not null).Select(l => Of(l, l.Connections.Maximum ?? 0)),
            description: "The most client connections of the listener.");
        meter.CreateObservableGauge(
            "apilb_listener_sources",
            () => listeners.Where(l => l.LimitsSources).Select(l => Of(l, l.Sources)),
            description: "Client addresses that have connections now and are limited.");
    }

    private static Measurement<int> Of(ListenerAdmission listener, int value) =>
        new(value, new KeyValuePair<string, object?>("listener", listener.Listener));
}
