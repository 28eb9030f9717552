using ApiLb.Telemetry;
using Microsoft.AspNetCore.Connections.Features;

namespace ApiLb.Http;

/// <summary>Why Kestrel has ended a connection: what it adds to the metric of its own that nobody here reads (<c>kestrel.connection.duration</c>).</summary>
internal sealed class ConnectionVerdict : IConnectionMetricsTagsFeature
{
    private const string Reason = "error.type";

    private readonly List<KeyValuePair<string, object?>> _tags = [];

    public ICollection<KeyValuePair<string, object?>> Tags => _tags;

    /// <summary>Counts it, if it is the client's fault. After the connection's last request.</summary>
    /// <param name="counters">The listener's.</param>
    /// <param name="fault">What is known besides; null: nothing.</param>
    public void CountAt(ListenerCounters counters, string? fault)
    {
        var reason = fault ?? _tags.Find(t => t.Key == Reason).Value as string;
        if (ClientFault.IndexOf(reason) is var index and >= 0)
        {
            counters.ClientFaultSeen(index);
        }
    }
}
