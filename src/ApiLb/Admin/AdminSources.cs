using ApiLb.Backends;
using ApiLb.Balancing;
using ApiLb.Etcd;
using ApiLb.Operators;
using ApiLb.Telemetry;

namespace ApiLb.Admin;

/// <summary>What the admin surface shows.</summary>
internal sealed record AdminSources
{
    public required IReadOnlyList<BackendPool> Pools { get; init; }

    public required IReadOnlyList<AdminListener> Listeners { get; init; }

    public required DaemonMetrics Metrics { get; init; }

    /// <summary>Null when etcd is not watched.</summary>
    public EtcdMonitor? Etcd { get; init; }

    /// <summary>The most client connections at once over all listeners; null: no limit.</summary>
    public Func<int?> MaxConnections { get; init; } = () => null;

    /// <summary>Null: nothing is said about the configuration.</summary>
    public ReloadCounters? Reloads { get; init; }

    /// <summary>Reloads the configuration, or only tells what that would do when its argument is true.</summary>
    public Func<bool, Task<ReloadStatus>> Reload { get; init; } =
        _ => Task.FromResult(new ReloadStatus(ReloadStatus.Failed, "this daemon cannot reload", []));

    /// <summary>Puts another daemon in this one's place.</summary>
    public Func<UpgradeOrder, Task<UpgradeStatus>> Upgrade { get; init; } =
        _ => Task.FromResult(UpgradeStatus.Failure("this daemon cannot be upgraded"));

    /// <summary>Daemons before this one that still serve connections.</summary>
    public Func<IReadOnlyList<PredecessorStatus>> Predecessors { get; init; } = () => [];

    public required EventLog Events { get; init; }

    /// <summary>Takes orders about backends.</summary>
    public required OperatorDesk Operators { get; init; }

    /// <summary>Begins to close what a backend serves, so many in a second, or as many as do not disturb others. Must not block or throw.</summary>
    public required Action<Backend, int?> Kill { get; init; }

    /// <summary>One for each pool.</summary>
    public required IReadOnlyList<RebalanceService> Rebalances { get; init; }

    /// <summary>True while every listener accepts: what <c>/lb/healthz</c> says. Must not block or throw.</summary>
    public required Func<bool> CanAccept { get; init; }
}
