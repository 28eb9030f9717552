using ApiLb.Backends;
using ApiLb.Telemetry;

namespace ApiLb.Admin.Page;

/// <summary>The last ten minutes of one backend. <see cref="TrafficHistory"/> writes, anyone reads.</summary>
internal sealed class BackendHistory
{
    private readonly Ring<double?> _open = new(TrafficHistory.Points);
    private readonly Ring<double?> _firstByte = new(TrafficHistory.Points);
    private long _connections;

    /// <summary>Connections, the oldest first.</summary>
    public IReadOnlyList<double?> Open => _open.ToArray();

    /// <summary>The 99th percentile of the time to the first byte, in seconds; null while nobody came.</summary>
    public IReadOnlyList<double?> FirstByte => _firstByte.ToArray();

    public void Look(Backend backend)
    {
        var connections = backend.Counters.Connections;
        _open.Add(backend.Counters.Active);
        _firstByte.Add(connections == _connections ? null : backend.FirstByteSample.Percentile(0.99)?.TotalSeconds);
        _connections = connections;
    }
}
