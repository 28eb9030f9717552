using System.Net;
using ApiLb.Backends;

namespace ApiLb.Telemetry;

/// <summary>How much of the local port range the connections to each backend address take. Computed when asked, from the counters.</summary>
/// <param name="pools">All of them: backends of several pools may be one address.</param>
/// <param name="countPorts">How many ports there are; null when nobody knows.</param>
internal sealed class SourcePorts(IReadOnlyList<BackendPool> pools, Func<int?> countPorts)
{
    /// <summary>0 to 1 for each backend with an IP address; nothing when the port range is unknown. Unix sockets need no port.</summary>
    public IEnumerable<(Backend Backend, double Ratio)> Used()
    {
        if (countPorts() is not { } ports)
        {
            yield break;
        }

        var backends = pools.SelectMany(p => p.Snapshot.Backends).Where(b => b.EndPoint is IPEndPoint).ToLookup(b => b.EndPoint);
        foreach (var sharing in backends)
        {
            var ratio = (double)sharing.Sum(b => b.Counters.Active) / ports;
            foreach (var backend in sharing)
            {
                yield return (backend, ratio);
            }
        }
    }
}
