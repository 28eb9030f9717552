using System.Net;
using ApiLb.Configuration;
using ApiLb.Health;
using ApiLb.Transport;

namespace ApiLb.Backends;

/// <summary>
/// One server of a pool for as long as it is configured: its address, health, mode and counters.
/// Its pool alone changes status and mode; connections write the counters; everyone reads.
/// </summary>
internal sealed class Backend
{
    private volatile DialTarget? _target;
    private volatile ProbeResult? _lastProbe;
    private volatile OperatorMode _mode;

    public Backend(string pool, BackendOptions options, HealthPolicy policy)
    {
        Pool = pool;
        Options = options;
        Health = new HealthState(policy);
        NameHash = Hash64.Of(options.Name);
        EndPoint = options.Address.TryGetEndPoint();
    }

    public string Pool { get; }

    public BackendOptions Options { get; }

    public string Name => Options.Name;

    /// <summary>Its pool's limits on established connections.</summary>
    public TimeoutOptions Timeouts { get; init; } = new();

    /// <summary>Where to connect; null while the name has not been resolved. Written by discovery.</summary>
    public EndPoint? EndPoint
    {
        get => _target?.EndPoint;
        set => _target = value is null ? null : new DialTarget(value);
    }

    /// <summary><see cref="EndPoint"/> as connections use it; null while the name has not been resolved.</summary>
    public DialTarget? Target => _target;

    /// <summary>Places the backend among the others when clients are spread by hash.</summary>
    public ulong NameHash { get; }

    public HealthState Health { get; }

    public OperatorMode Mode
    {
        get => _mode;
        internal set => _mode = value;
    }

    public BackendCounters Counters { get; } = new();

    /// <summary>How the last check ended; null before the first.</summary>
    public ProbeResult? LastProbe
    {
        get => _lastProbe;
        internal set => _lastProbe = value;
    }

    public override string ToString() => $"{Pool}/{Name}";
}
